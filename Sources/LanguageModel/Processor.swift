import Foundation

#if canImport(Darwin)
  import Darwin
#endif

/// The processor this program runs on, as far as it decides how results are rounded.
public enum Processor {
  /// The widest vector instructions that the kernels use here.
  public static var instructions: String {
    #if arch(x86_64)
      switch Kernel.level {
      case 2: "AVX-512"
      case 1: "AVX2"
      default: "SSE2"
      }
    #elseif arch(arm64)
      "NEON"
    #else
      "portable"
    #endif
  }

  /// Vendor and model as the system tells them; the architecture alone where it does not.
  public static var name: String {
    #if canImport(Darwin)
      var size = 0
      guard unsafe sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0) == 0, size > 1 else {
        return architecture
      }
      var bytes = [UInt8](repeating: 0, count: size)
      guard unsafe sysctlbyname("machdep.cpu.brand_string", &bytes, &size, nil, 0) == 0 else { return architecture }
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    #else
      // Without /proc, as in some containers, the architecture has to do.
      let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
      var fields: [String: String] = [:]
      for line in text.split(separator: "\n") {
        let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        if parts.count == 2, fields[parts[0]] == nil { fields[parts[0]] = parts[1] }
      }
      let names = ["vendor_id", "model name", "CPU implementer", "CPU part"].compactMap { fields[$0] }
      return names.isEmpty ? architecture : names.joined(separator: " ")
    #endif
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86-64"
    #elseif arch(arm64)
      "arm64"
    #else
      "unknown"
    #endif
  }
}
