import Archives
import Foundation
import PublishedModels

extension FuzzTarget {
  static let archives = [
    FuzzTarget("zip", dictionary: "binary") { _ in
      { input in
        let archive = try ZipArchive(Data(input), name: "a.zip")
        for entry in archive.entries.prefix(64) {
          let content = try archive.contents(of: entry, limit: 1 << 20)
          guard content.count == entry.size else { throw Breach("\(content.count) bytes where \(entry.size) are due") }
        }
      }
    },
    FuzzTarget("gzip", dictionary: "binary") { _ in
      { input in
        let content = try GZipFile.contents(of: Data(input), name: "a.gz", limit: 1 << 20)
        guard content.count <= 1 << 20 else { throw Breach("more than the limit") }
      }
    },
    FuzzTarget("package-index", dictionary: "json") { _ in
      { input in
        guard let base = URL(string: "https://index.example/simple/model/") else { throw Breach("no address") }
        _ = PackageIndex.link(to: "model-1.whl", in: Data(input), at: base)
      }
    },
  ]
}
