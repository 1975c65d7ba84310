import Foundation

/// How a checkpoint stores its weights.
public enum StoredElementType: String, Sendable, Hashable, CaseIterable {
  case float32 = "F32"
  /// Rounded to nearest, ties to even.
  case bfloat16 = "BF16"

  var byteCount: Int { self == .float32 ? 4 : 2 }
}

/// Writes safetensors files: same weights, same bytes.
public enum SafetensorsWriter {
  /// Values converted at a time.
  private static let chunk = 1 << 18

  /// Writes the weights of `layout`, in its order, and waits until the disk has them.
  ///
  /// - Throws: `ModelError` (system) naming the file; a full disk leaves a partial one, which is the caller's to remove.
  public static func write(
    _ layout: ParameterLayout, from parameters: FloatBuffer, as elementType: StoredElementType, to url: URL
  ) throws {
    try write(layout.tensors, from: parameters, as: elementType, to: url)
  }

  /// Writes `tensors`, which lie in `parameters` one after another without gaps, and waits until the disk has them.
  ///
  /// - Throws: `ModelError` (system) naming the file; a full disk leaves a partial one, which is the caller's to remove.
  package static func write(
    _ tensors: [ParameterLayout.Tensor], from parameters: FloatBuffer, as elementType: StoredElementType, to url: URL
  ) throws {
    precondition(parameters.count == tensors.reduce(0) { $0 + $1.count }, "the tensors do not fill the buffer")
    let file = try DurableFile(creating: url)
    try file.append(header(tensors, elementType))
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: parameters.count, by: chunk) {
      let range = start..<min(start + chunk, parameters.count)
      bytes.removeAll(keepingCapacity: true)
      bytes.reserveCapacity(range.count * elementType.byteCount)
      unsafe parameters.withUnsafeBuffer { values in
        for index in range { append(unsafe values[index], as: elementType, to: &bytes) }
      }
      try file.append(bytes)
    }
    try file.synchronize()
  }

  private static func header(_ tensors: [ParameterLayout.Tensor], _ elementType: StoredElementType) -> Data {
    // The tensors lie one after the other, so that offsets in the file follow those in memory.
    let entries = tensors.map { tensor in
      let start = tensor.offset * elementType.byteCount
      let end = start + tensor.count * elementType.byteCount
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      return #"\#(tensor.name.jsonLiteral):{"dtype":"\#(elementType.rawValue)","shape":[\#(shape)],"#
        + #""data_offsets":[\#(start),\#(end)]}"#
    }
    var json = Data((#"{"__metadata__":{"format":"pt"},"# + entries.joined(separator: ",") + "}").utf8)
    // Padding keeps the tensors aligned.
    while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
    var header = Data()
    appendLittleEndian(UInt64(json.count), to: &header)
    return header + json
  }

  private static func append(_ value: Float, as elementType: StoredElementType, to bytes: inout [UInt8]) {
    switch elementType {
    case .float32: appendLittleEndian(value.bitPattern, to: &bytes)
    case .bfloat16: appendLittleEndian(bfloat16(value), to: &bytes)
    }
  }

  static func bfloat16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    // Rounding could carry a NaN into infinity.
    if value.isNaN { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
    return UInt16(truncatingIfNeeded: (bits + 0x7fff + (bits >> 16 & 1)) >> 16)
  }

  private static func appendLittleEndian(
    _ value: some FixedWidthInteger & UnsignedInteger, to bytes: inout some RangeReplaceableCollection<UInt8>
  ) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }
}
