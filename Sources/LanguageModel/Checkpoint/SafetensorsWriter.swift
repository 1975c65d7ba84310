import Foundation
import Storage

/// Writes safetensors files: same weights, same bytes.
public enum SafetensorsWriter {
  /// Bytes of weights in one file, as transformers 4 has it by default: a larger model is written in shards.
  public static let shardSize = 5_000_000_000

  /// Values converted at a time.
  private static let chunk = 1 << 18

  /// Where the values of a tensor of the layout are.
  typealias Source = (ParameterLayout.Tensor) -> WeightMatrix.Elements

  /// Writes the weights of `layout`, in its order, and waits until the disk has them.
  ///
  /// - Throws: `ModelError` (system) naming the file; a full disk leaves a partial one, which is the caller's to remove.
  public static func write(
    _ layout: ParameterLayout, from parameters: FloatBuffer, as elementType: StoredElementType, to url: URL
  ) throws {
    precondition(parameters.count == layout.count, "the buffer does not have the layout's size")
    try write(layout.tensors, from: parameters, as: elementType, to: url)
  }

  /// Writes tensors of `values`, and waits until the disk has them.
  ///
  /// - Throws: `ModelError` (system) naming the file; a full disk leaves a partial one, which is the caller's to remove.
  static func write(
    _ tensors: [ParameterLayout.Tensor], from values: FloatBuffer, as elementType: StoredElementType, to url: URL
  ) throws {
    try write(tensors[...], as: elementType, to: url) { tensor in
      .float32(FloatView(values, offset: tensor.offset, count: tensor.count))
    }
  }

  /// Writes `model.safetensors` into `folder`, or where it would pass `shardSize` bytes its shards and their index.
  static func write(
    _ layout: ParameterLayout, as elementType: StoredElementType, in folder: URL, shardSize: Int, from source: Source
  ) throws {
    let shards = shards(of: layout.tensors, elementType, size: shardSize)
    guard shards.count > 1 else {
      return try write(layout.tensors[...], as: elementType, to: folder.appending(path: "model.safetensors"), source)
    }
    var map: [String] = []
    for (index, tensors) in shards.enumerated() {
      let name = "model-\(padded(index + 1))-of-\(padded(shards.count)).safetensors"
      try write(tensors, as: elementType, to: folder.appending(path: name), source)
      map += tensors.map { "    \($0.name.jsonLiteral): \(name.jsonLiteral)" }
    }
    let size = layout.count * elementType.byteCount
    let json = """
      {
        "metadata": {"total_parameters": \(layout.count), "total_size": \(size)},
        "weight_map": {
      \(map.joined(separator: ",\n"))
        }
      }

      """
    try ModelError.translating {
      try DurableFile.store(Data(json.utf8), at: folder.appending(path: "model.safetensors.index.json"))
    }
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  /// Runs of tensors of at most `size` bytes; a larger tensor makes a shard of its own.
  private static func shards(
    of tensors: [ParameterLayout.Tensor], _ elementType: StoredElementType, size: Int
  ) -> [ArraySlice<ParameterLayout.Tensor>] {
    var shards: [ArraySlice<ParameterLayout.Tensor>] = []
    var start = 0
    var bytes = 0
    for (index, tensor) in tensors.enumerated() {
      let count = tensor.count * elementType.byteCount
      if index > start, bytes + count > size {
        shards.append(tensors[start..<index])
        (start, bytes) = (index, 0)
      }
      bytes += count
    }
    return shards + [tensors[start...]]
  }

  private static func write(
    _ tensors: ArraySlice<ParameterLayout.Tensor>, as elementType: StoredElementType, to url: URL, _ source: Source
  ) throws {
    try ModelError.translating {
      let file = try DurableFile(creating: url)
      try file.append(header(tensors, elementType))
      for tensor in tensors {
        let elements = source(tensor)
        for start in stride(from: 0, to: tensor.count, by: chunk) {
          try file.append(
            Kernel.bytes(of: elements.slice(start, min(chunk, tensor.count - start)), as: elementType))
        }
      }
      try file.synchronize()
    }
  }

  private static func header(
    _ tensors: ArraySlice<ParameterLayout.Tensor>, _ elementType: StoredElementType
  ) -> Data {
    var start = 0
    let entries = tensors.map { tensor in
      let end = start + tensor.count * elementType.byteCount
      defer { start = end }
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      return #"\#(tensor.name.jsonLiteral):{"dtype":"\#(elementType.rawValue)","shape":[\#(shape)],"#
        + #""data_offsets":[\#(start),\#(end)]}"#
    }
    var json = Data((#"{"__metadata__":{"format":"pt"},"# + entries.joined(separator: ",") + "}").utf8)
    // Padding keeps the tensors aligned.
    while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
    let length = (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) }
    return Data(length) + json
  }
}
