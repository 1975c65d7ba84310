import Core

/// A kind of GPU, by its maker's data sheet.
///
/// Memory is counted in 10⁹ bytes, which is a little less than the cards report. Peaks are without sparsity.
public struct GPUModel: Codable, Sendable, Hashable {
  /// As it is given on the command line.
  public let name: String
  public let title: String
  public let memoryBytes: Double
  /// Tensor cores, bfloat16 with float32 sums, FLOP/s; float16 where there is no bfloat16.
  public let bfloat16Peak: Double
  /// FLOP/s outside the tensor cores, which is what PyTorch uses for float32 unless told otherwise.
  public let float32Peak: Double
  /// Bytes a second.
  public let bandwidth: Double
  public let hasBFloat16: Bool

  private init(
    _ name: String, _ title: String, gigabytes: Double, bfloat16TFLOPS: Double, float32TFLOPS: Double,
    gigabytesPerSecond: Double, hasBFloat16: Bool = true
  ) {
    self.name = name
    self.title = title
    memoryBytes = gigabytes * 1e9
    bfloat16Peak = bfloat16TFLOPS * 1e12
    float32Peak = float32TFLOPS * 1e12
    bandwidth = gigabytesPerSecond * 1e9
    self.hasBFloat16 = hasBFloat16
  }

  public static let all = [
    GPUModel(
      "b200", "NVIDIA B200 (HGX)", gigabytes: 180, bfloat16TFLOPS: 2250, float32TFLOPS: 75, gigabytesPerSecond: 7700),
    GPUModel(
      "h200", "NVIDIA H200 SXM", gigabytes: 141, bfloat16TFLOPS: 989.4, float32TFLOPS: 67, gigabytesPerSecond: 4800),
    GPUModel(
      "h100", "NVIDIA H100 SXM", gigabytes: 80, bfloat16TFLOPS: 989.4, float32TFLOPS: 67, gigabytesPerSecond: 3350),
    GPUModel(
      "h100-pcie", "NVIDIA H100 PCIe", gigabytes: 80, bfloat16TFLOPS: 756, float32TFLOPS: 51, gigabytesPerSecond: 2000),
    GPUModel(
      "a100", "NVIDIA A100 SXM 80 GB", gigabytes: 80, bfloat16TFLOPS: 312, float32TFLOPS: 19.5,
      gigabytesPerSecond: 2039),
    GPUModel(
      "a100-40", "NVIDIA A100 40 GB", gigabytes: 40, bfloat16TFLOPS: 312, float32TFLOPS: 19.5, gigabytesPerSecond: 1555),
    GPUModel(
      "l40s", "NVIDIA L40S", gigabytes: 48, bfloat16TFLOPS: 362, float32TFLOPS: 91.6, gigabytesPerSecond: 864),
    GPUModel(
      "a6000", "NVIDIA RTX A6000", gigabytes: 48, bfloat16TFLOPS: 154.8, float32TFLOPS: 38.7, gigabytesPerSecond: 768),
    GPUModel(
      "rtx4090", "NVIDIA GeForce RTX 4090", gigabytes: 24, bfloat16TFLOPS: 165.2, float32TFLOPS: 82.6,
      gigabytesPerSecond: 1008),
    GPUModel("a10", "NVIDIA A10", gigabytes: 24, bfloat16TFLOPS: 125, float32TFLOPS: 31.2, gigabytesPerSecond: 600),
    GPUModel("a10g", "NVIDIA A10G", gigabytes: 24, bfloat16TFLOPS: 70, float32TFLOPS: 35, gigabytesPerSecond: 600),
    GPUModel("l4", "NVIDIA L4", gigabytes: 24, bfloat16TFLOPS: 121, float32TFLOPS: 30.3, gigabytesPerSecond: 300),
    GPUModel(
      "v100", "NVIDIA V100 SXM2 32 GB", gigabytes: 32, bfloat16TFLOPS: 125, float32TFLOPS: 15.7,
      gigabytesPerSecond: 900, hasBFloat16: false),
    GPUModel(
      "v100-16", "NVIDIA V100 SXM2 16 GB", gigabytes: 16, bfloat16TFLOPS: 125, float32TFLOPS: 15.7,
      gigabytesPerSecond: 900, hasBFloat16: false),
  ]

  /// - Throws: `InputError` that lists the known kinds.
  public static func named(_ name: String) throws -> GPUModel {
    let wanted = name.lowercased().filter { $0.isLetter || $0.isNumber }
    if let found = all.first(where: { $0.name.filter { $0.isLetter || $0.isNumber } == wanted }) { return found }
    throw InputError("--gpu is '\(name)'; give one of \(all.map(\.name).joined(separator: ", "))")
  }
}
