/// What a stage takes of the memory of one GPU or of the machine, in bytes.
public struct MemoryForecast: Codable, Sendable, Hashable {
  public struct Part: Codable, Sendable, Hashable {
    public let name: String
    public let bytes: Double

    public init(_ name: String, _ bytes: Double) {
      self.name = name
      self.bytes = bytes
    }
  }

  public enum Place: String, Codable, Sendable, Hashable {
    case gpu, machine
  }

  public let place: Place
  public let parts: [Part]
  /// Of the GPU, or what the machine has free; nil where nobody knows.
  public let available: Double?
  /// Whether it is a share that is taken whole, however much of it is needed.
  public let isReserved: Bool

  public init(_ place: Place, _ parts: [Part], available: Double?, isReserved: Bool = false) {
    self.place = place
    self.parts = parts.filter { $0.bytes > 0 }
    self.available = available
    self.isReserved = isReserved
  }

  public var total: Double { parts.reduce(0) { $0 + $1.bytes } }
  public var fits: Bool { available.map { total <= $0 } ?? true }
  /// Above nine tenths: fragments of the allocator may decide.
  public var isTight: Bool { fits && !isReserved && (available.map { total > 0.9 * $0 } ?? false) }

  private enum CodingKeys: String, CodingKey {
    case place, parts, total, available, fits
    case isReserved = "reserved"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try container.decode(Place.self, forKey: .place), try container.decode([Part].self, forKey: .parts),
      available: try container.decodeIfPresent(Double.self, forKey: .available),
      isReserved: try container.decode(Bool.self, forKey: .isReserved))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(place, forKey: .place)
    try container.encode(parts, forKey: .parts)
    try container.encode(total, forKey: .total)
    try container.encodeIfPresent(available, forKey: .available)
    try container.encode(fits, forKey: .fits)
    try container.encode(isReserved, forKey: .isReserved)
  }
}
