import Foundation

/// A TensorBoard event file: scalars by name and step, as TensorBoard and what reads its logs take them.
///
/// A file is a sequence of TFRecords, each an `Event` in protobuf's encoding: the first names the version, the others hold a
/// scalar each. (tensorflow/core/lib/io/record_writer.cc; tensorflow/core/util/event.proto, summary.proto.)
public struct EventFile: Sendable {
  public struct Scalar: Sendable, Hashable {
    /// Slashes make sections.
    public let tag: String
    public let step: Int64
    public let value: Float
    /// Seconds since 1970.
    public let wallTime: Double

    public init(tag: String, step: Int64, value: Float, wallTime: Double) {
      self.tag = tag
      self.step = step
      self.value = value
      self.wallTime = wallTime
    }
  }

  /// Seconds since 1970; also of the first event.
  public let startTime: Double
  public let scalars: [Scalar]

  public init(startTime: Double, scalars: [Scalar]) {
    self.startTime = startTime
    self.scalars = scalars
  }

  /// TensorBoard takes a file for its own by `tfevents`, and files of one folder in the order of their times.
  public var name: String {
    let seconds = String(max(0, Int64(startTime.isFinite ? min(startTime, 9_999_999_999) : 0)))
    return "events.out.tfevents.\(String(repeating: "0", count: max(0, 10 - seconds.count)))\(seconds).reversal"
  }

  /// The content of the file; the same scalars give the same bytes.
  public var bytes: [UInt8] {
    var version = ProtobufMessage()
    version.add(double: startTime, field: 1)
    version.add(text: "brain.Event:2", field: 3)
    return Self.record(version.bytes) + scalars.flatMap { Self.record(Self.event($0)) }
  }

  private static func event(_ scalar: Scalar) -> [UInt8] {
    var value = ProtobufMessage()
    value.add(text: scalar.tag, field: 1)
    value.add(float: scalar.value, field: 2)
    var summary = ProtobufMessage()
    summary.add(message: value, field: 1)
    var event = ProtobufMessage()
    event.add(double: scalar.wallTime, field: 1)
    event.add(integer: scalar.step, field: 2)
    event.add(message: summary, field: 5)
    return event.bytes
  }

  /// Length, checksum of the length, data, checksum of the data; numbers little-endian.
  package static func record(_ data: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt64(data.count))
    return length + littleEndian(CRC32C.masked(length)) + data + littleEndian(CRC32C.masked(data))
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }
}
