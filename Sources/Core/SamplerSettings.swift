/// Who draws answers in place of the embedded engine.
public enum SamplerSettings: Codable, Sendable, Hashable {
  /// A server with OpenAI's interface.
  case endpoint(EndpointSettings)
  /// Workers on a Ray cluster or on this machine.
  case workers(WorkerSamplerSettings)

  /// The settings of a server, where it is one.
  public var endpoint: EndpointSettings? { if case .endpoint(let settings) = self { settings } else { nil } }

  /// The settings of workers, where it is they.
  public var workers: WorkerSamplerSettings? { if case .workers(let settings) = self { settings } else { nil } }

  private enum CodingKeys: String, CodingKey {
    case connection
  }

  /// Settings of workers have a connection, those of a server have none.
  public init(from decoder: any Decoder) throws {
    let hasConnection = try decoder.container(keyedBy: CodingKeys.self).contains(.connection)
    self =
      hasConnection
      ? .workers(try WorkerSamplerSettings(from: decoder)) : .endpoint(try EndpointSettings(from: decoder))
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .endpoint(let settings): try settings.encode(to: encoder)
    case .workers(let settings): try settings.encode(to: encoder)
    }
  }
}
