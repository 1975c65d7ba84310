import Foundation
import LanguageModel
import Testing

@Suite struct SafetensorsTests {
  /// A file of a header and `byteCount` bytes of data.
  private func file(_ header: String, _ data: [UInt8], headerLength: UInt64? = nil) throws -> URL {
    let header = Array(header.utf8)
    let length = headerLength ?? UInt64(header.count)
    let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).safetensors")
    let prefix = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    try Data(prefix + header + data).write(to: url)
    return url
  }

  private func values(_ url: URL, _ name: String) throws -> [Float] {
    let file = try SafetensorsFile(contentsOf: url)
    let tensor = try #require(file.tensor(named: name))
    // One value of room on either side shows what is written outside.
    let buffer = FloatBuffer(count: tensor.count + 2)
    try file.read(tensor, into: buffer, at: 1)
    #expect(buffer[0] == 0 && buffer[tensor.count + 1] == 0)
    return Array(buffer.array[1...tensor.count])
  }

  @Test func everyFloatTypeIsReadAtAnyAlignment() throws {
    let url = try file(
      #"{"h":{"dtype":"F16","shape":[9],"data_offsets":[1,19]},"#
        + #""b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
        + #""f":{"dtype":"F32","shape":[1,2],"data_offsets":[19,27]},"#
        + #""s":{"dtype":"BF16","shape":[],"data_offsets":[27,29]},"#
        + #""e":{"dtype":"F32","shape":[0,7],"data_offsets":[29,29]}}"#,
      [7]
        // 1, -2, largest, smallest normal, smallest and largest subnormal, -0, infinity, NaN
        + [0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b, 0x00, 0x04, 0x01, 0x00, 0xff, 0x03, 0x00, 0x80, 0x00, 0x7c, 0x01, 0x7e]
        + [0x00, 0x00, 0x80, 0x3f, 0xdb, 0x0f, 0x49, 0xc0] + [0x49, 0xc0])
    defer { try? FileManager.default.removeItem(at: url) }
    let half = try values(url, "h")
    #expect(Array(half[..<8]) == [1, -2, 65504, 0x1p-14, 0x1p-24, 0x1p-14 - 0x1p-24, 0, .infinity])
    #expect(half[6].sign == .minus && half[8].isNaN)
    #expect(try values(url, "f") == [1, -Float(bitPattern: 0x4049_0fdb)])
    #expect(try values(url, "s") == [-3.140625])
    #expect(try SafetensorsFile(contentsOf: url).tensors.map(\.name) == ["b", "h", "f", "s", "e"])
    let error = #expect(throws: ModelError.self) { try values(url, "b") }
    #expect(error?.message == "tensor 'b' has elements of type U8; supported: F32, F16, BF16")
  }

  private static let layout = ParameterLayout(
    ModelConfiguration(
      vocabularySize: 5, hiddenSize: 4, intermediateSize: 3, layerCount: 2, headCount: 2, keyValueHeadCount: 1))

  @Test func float32ComesBackBitForBit() throws {
    let url = try file("", [])
    defer { try? FileManager.default.removeItem(at: url) }
    let buffer = FloatBuffer(count: Self.layout.count)
    for index in 0..<buffer.count { buffer[index] = Float(index) * -0.1 }
    try SafetensorsWriter.write(Self.layout, from: buffer, as: .float32, to: url)
    let read = try SafetensorsFile(contentsOf: url)
    #expect(read.tensors.map(\.name) == Self.layout.tensors.map(\.name))
    #expect(read.tensors.map(\.shape) == Self.layout.tensors.map(\.shape))
    for tensor in Self.layout.tensors {
      let expected = Array(buffer.array[tensor.offset..<(tensor.offset + tensor.count)])
      #expect(try values(url, tensor.name) == expected)
    }
    let first = try Data(contentsOf: url)
    try SafetensorsWriter.write(Self.layout, from: buffer, as: .float32, to: url)
    #expect(try Data(contentsOf: url) == first)
    let headerLength = Int(first[0]) + Int(first[1]) << 8
    #expect(headerLength % 8 == 0 && first.count == 8 + headerLength + 4 * buffer.count)
    #expect(String(decoding: first[8..<45], as: UTF8.self) == #"{"__metadata__":{"format":"pt"},"mode"#)
  }

  @Test(
    arguments: [
      (0x3f80_0000, 0x3f80_0000), (0x3f80_8000, 0x3f80_0000), (0x3f81_8000, 0x3f82_0000), (0x3f80_8001, 0x3f81_0000),
      (0x3f80_7fff, 0x3f80_0000), (0x7f7f_ffff, 0x7f80_0000), (0xff80_0000, 0xff80_0000), (0x8000_0000, 0x8000_0000),
      (0x0000_8000, 0x0000_0000), (0x0001_8000, 0x0002_0000), (0x7f80_0001, 0x7fc0_0000),
    ] as [(UInt32, UInt32)])
  func bfloat16RoundsToNearestTiesToEven(bits: UInt32, expected: UInt32) throws {
    let url = try file("", [])
    defer { try? FileManager.default.removeItem(at: url) }
    let buffer = FloatBuffer(count: Self.layout.count)
    buffer[0] = Float(bitPattern: bits)
    try SafetensorsWriter.write(Self.layout, from: buffer, as: .bfloat16, to: url)
    #expect(try values(url, Self.layout.tensors[0].name)[0].bitPattern == expected)
  }

  private static let damaged = "the file is damaged or cut off, get it again"

  @Test(arguments: [
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 4,
      "is cut off: its tensors take 8 bytes and 4 are there; get it again"
    ),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 6, "has 2 bytes after its last tensor; get it again"),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}"#,
      6,
      "tensor 'b' overlaps another one or leaves a gap; get the file again"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8,
      "tensor 'a' overlaps another one or leaves a gap; get the file again"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8,
      "tensor 'a' of shape [3] and type F32 does not fill its data_offsets [0, 8]"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0,
      "tensor 'a' of shape [4611686018427387904, 4] and type F32 does not fill its data_offsets [0, 0]"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}"#, 8,
      "tensor 'a' of shape [-1, -2] and type F32 does not fill its data_offsets [0, 8]"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4,
      "the data_offsets of tensor 'a' are no range of bytes"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, 4,
      "the data_offsets of tensor 'a' are no range of bytes"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, 4,
      "the data_offsets of tensor 'a' are no range of bytes"
    ),
    (
      #"{"a":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}}"#, 4,
      "tensor 'a' has elements of the unknown type 'Q4'; supported: F32, F16, BF16"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[],"data_offsets":[4,8]}}"#, 8,
      "tensor 'a' occurs twice in the header"
    ),
    (#"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, 4, "the field 'a.dtype' is missing"),
    (
      #"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#, 4,
      "'a.shape' must be a list of at most 8 whole numbers"
    ),
    (#"{"a":1}"#, 0, "'a' must be an object"),
    ("[]", 0, "must be a JSON object"),
    (#"{"a":"#, 0, "not valid JSON at byte 5; \(damaged)"),
    ("", 0, "not valid JSON at byte 0; \(damaged)"),
  ])
  func aHostileHeaderIsRefusedInOneLine(header: String, byteCount: Int, message: String) throws {
    let url = try file(header, [UInt8](repeating: 0, count: byteCount))
    defer { try? FileManager.default.removeItem(at: url) }
    let error = #expect(throws: ModelError.self) { try SafetensorsFile(contentsOf: url) }
    #expect(error == ModelError(.badInput, file: url.path, message))
  }

  @Test(
    arguments: [
      (UInt64.max, "is not a safetensors file: its header would take 18446744073709551615 bytes"),
      (1 << 63, "is not a safetensors file: its header would take 9223372036854775808 bytes"),
      (1000, "is cut off or no safetensors file; get it again"),
    ] as [(UInt64, String)])
  func aLyingHeaderLengthIsRefused(length: UInt64, message: String) throws {
    let url = try file("{}", [], headerLength: length)
    defer { try? FileManager.default.removeItem(at: url) }
    #expect(throws: ModelError(.badInput, file: url.path, message)) { try SafetensorsFile(contentsOf: url) }
  }

  @Test func aFileCutOffAnywhereIsRefused() throws {
    let url = try file(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, [1, 2, 3, 4])
    defer { try? FileManager.default.removeItem(at: url) }
    let whole = try Data(contentsOf: url)
    #expect(try SafetensorsFile(contentsOf: url).tensors.count == 1)
    for count in 0..<whole.count {
      try whole.prefix(count).write(to: url)
      let error = #expect(throws: ModelError.self) { try SafetensorsFile(contentsOf: url) }
      #expect(error?.file == url.path)
    }
  }

  #if os(Linux)
    @Test func aFullDiskIsASystemError() {
      let buffer = FloatBuffer(count: Self.layout.count)
      let full = URL(filePath: "/dev/full")
      #expect(
        throws: ModelError(
          .system, file: "/dev/full", "cannot be written: No space left on device; free some space and run again")
      ) {
        try SafetensorsWriter.write(Self.layout, from: buffer, as: .float32, to: full)
      }
    }
  #endif
}
