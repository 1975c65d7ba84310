import EventFiles
import Testing

@Suite struct EventFileTests {
  /// The test vectors of RFC 3720, appendix B.4, and the check value of the CRC catalogues.
  @Test(
    arguments: [
      ([UInt8](repeating: 0, count: 32), 0x8a91_36aa), ([UInt8](repeating: 0xff, count: 32), 0x62a8_ab43),
      ([UInt8](0..<32), 0x46dd_794e), ([UInt8]((0..<32).reversed()), 0x113f_db5c),
      (Array("123456789".utf8), 0xe306_9283),
      ([], 0),
    ] as [([UInt8], UInt32)])
  func checksums(bytes: [UInt8], checksum: UInt32) {
    #expect(CRC32C.checksum(bytes) == checksum)
  }

  /// What TensorBoard 2.20.0 writes of the same events (`RecordWriter` and `event_pb2`), in hexadecimal.
  private static let reference = [
    "1800000000000000a37f4b220900002040fc54d9411a0d627261696e2e4576656e743a322b3531102800000000000000ff70",
    "164a0900005040fc54d94110012a1b0a190a12706173735f61745f312f616363757261637915f4fdd43e851f4d9624000000",
    "00000000422b804d0900008040fc54d94110ac022a160a140a0d706173735f61745f6b2f6b3d34150000c0bf7b1a34e41500",
    "000000000000d6ab6b2b090000c040fc54d9412a0a0a080a01611500000000b3ae6d6b2100000000000000017becf6090000",
    "0041fc54d94110ffffffffffffffffff012a0b0a090a02cf8415e6b1617f66d376e1",
  ].joined()

  @Test func theBytesAreThoseOfTensorBoard() {
    let file = EventFile(
      startTime: 1_700_000_000.5,
      scalars: [
        .init(tag: "pass_at_1/accuracy", step: 1, value: 0.416, wallTime: 1_700_000_001.25),
        .init(tag: "pass_at_k/k=4", step: 300, value: -1.5, wallTime: 1_700_000_002),
        .init(tag: "a", step: 0, value: 0, wallTime: 1_700_000_003),
        .init(tag: "τ", step: -1, value: 3.0e38, wallTime: 1_700_000_004),
      ])
    let hexadecimal = file.bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
    #expect(hexadecimal == Self.reference)
    #expect(file.name == "events.out.tfevents.1700000000.reversal")
  }

  @Test(arguments: [
    (0.0, "0000000000"), (-5, "0000000000"), (.infinity, "0000000000"), (1e300, "9999999999"), (12.9, "0000000012"),
  ])
  func theNameHoldsTheTime(time: Double, digits: String) {
    #expect(EventFile(startTime: time, scalars: []).name == "events.out.tfevents.\(digits).reversal")
  }

  @Test func aRecordIsFramed() {
    let record = EventFile.record([1, 2, 3])
    #expect(
      record.count == 8 + 4 + 3 + 4 && record.prefix(8) == [3, 0, 0, 0, 0, 0, 0, 0] && record[12...14] == [1, 2, 3])
  }
}
