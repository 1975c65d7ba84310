import Archives
import Core
import Foundation
import Testing

/// The archives were made by `make_fixtures.py`.
struct ArchiveTests {
  private static let text = String(repeating: "Seven apples and five pears are twelve fruits. ", count: 20)

  private static func bytes(_ name: String) throws -> Data {
    try #require(ArchiveFixture.base64[name].flatMap { Data(base64Encoded: $0) })
  }

  @Test(arguments: ["stored", "deflated", "zstandard", "wide"])
  func entriesComeOutAsTheyWentIn(name: String) throws {
    let archive = try ZipArchive(Self.bytes(name), name: "a.zip")
    #expect(archive.entries.map(\.name) == ["header.json", "samples/1_epoch_1.json", "empty"])
    let contents = try archive.entries.map { String(decoding: try archive.contents(of: $0), as: UTF8.self) }
    #expect(contents == ["{\"version\": 2}", Self.text, ""])
    #expect(archive["samples/1_epoch_1.json"]?.size == Self.text.utf8.count)
    #expect(archive["absent"] == nil)
  }

  @Test func anArchiveMayEndInAComment() throws {
    var data = try Self.bytes("deflated")
    let comment = Data("made by hand".utf8)
    data[data.count - 2] = UInt8(comment.count)
    let archive = try ZipArchive(data + comment, name: "a.zip")
    #expect(archive.entries.count == 3)
  }

  /// In the directory alone, where names are read: same lengths, so that nothing else moves.
  @Test(arguments: [
    "../der.json", "a/../../bcd", "/eader.json", #"..\der.json"#, "C:/der.json", #"\\host\x.js"#, "a\u{0}der.json.",
  ])
  func aNameThatLeadsOutIsRefused(name: String) throws {
    var data = try Self.bytes("stored")
    let place = try #require(data.lastRange(of: Data("header.json".utf8)))
    data.replaceSubrange(place, with: Data(name.utf8.prefix(place.count)))
    let error = #expect(throws: InputError.self) { try ZipArchive(data, name: "a.zip") }
    #expect(error?.message.contains("is a link or leads out of the archive; do not use this file") == true)
  }

  @Test func aLinkIsRefused() throws {
    var data = try Self.bytes("stored")
    let entry = try #require(data.firstRange(of: Data([0x50, 0x4b, 0x01, 0x02]))).lowerBound
    // Made on Unix (3), of the mode 0o120777.
    data[entry + 5] = 3
    data.replaceSubrange(entry + 38..<entry + 42, with: [0, 0, 0xff, 0xa1])
    let error = #expect(throws: InputError.self) { try ZipArchive(data, name: "a.zip") }
    #expect(error?.message.hasPrefix("the entry 'header.json' is a link") == true)
    // The same bits by another system are none.
    data[entry + 5] = 0
    #expect(try ZipArchive(data, name: "a.zip").entries.count == 3)
  }

  @Test func anEntryLargerThanTheLimitIsRefused() throws {
    let archive = try ZipArchive(Self.bytes("deflated"), name: "a.zip")
    let entry = try #require(archive["samples/1_epoch_1.json"])
    let error = #expect(throws: InputError.self) { try archive.contents(of: entry, limit: 100) }
    #expect(error?.description == "a.zip: the entry 'samples/1_epoch_1.json' holds 940 bytes; at most 100 are read")
  }

  /// A directory that claims another size than the content has, in either direction.
  @Test(arguments: ["stored", "deflated", "zstandard"], [UInt8(13), 15, 255])
  func aSizeThatIsNotTheContentsIsRefused(name: String, size: UInt8) throws {
    var data = try Self.bytes(name)
    let directory = try #require(data.firstRange(of: Data([0x50, 0x4b, 0x01, 0x02]))).lowerBound
    data[directory + 24] = size
    let archive = try ZipArchive(data, name: "a.zip")
    let error = #expect(throws: InputError.self) { try archive.contents(of: archive.entries[0]) }
    #expect(error?.description.contains("its content is damaged") == true)
  }

  /// Whatever byte is damaged and wherever the file is cut: an error or the right content, never a crash.
  @Test(arguments: ["stored", "deflated", "zstandard", "wide"])
  func damageIsAnErrorOrHarmless(name: String) throws {
    let whole = try Self.bytes(name)
    let right = ["{\"version\": 2}", Self.text, ""].map { Data($0.utf8) }
    var refused = 0
    func read(_ data: Data) {
      do {
        let archive = try ZipArchive(data, name: "a.zip")
        for entry in archive.entries {
          let content = try archive.contents(of: entry, limit: 1 << 20)
          #expect(right.contains(content))
        }
      } catch is InputError {
        refused += 1
      } catch {
        Issue.record(error)
      }
    }
    for offset in whole.indices {
      for value in [UInt8(0), 0x7f, 0xff] where whole[offset] != value {
        var data = whole
        data[offset] = value
        read(data)
      }
    }
    for length in whole.indices { read(whole.prefix(length)) }
    #expect(refused > whole.count)
  }

  @Test func membersOfAGzipFileFollowEachOther() throws {
    let data = try Self.bytes("gzip")
    #expect(GZipFile.isCompressed(data))
    #expect(String(decoding: try GZipFile.contents(of: data, name: "a.gz"), as: UTF8.self) == Self.text + "More.")
    #expect(
      String(decoding: try GZipFile.contents(of: data + Data(count: 9), name: "a.gz"), as: UTF8.self).count == 945)
    for length in 1..<data.count where length != data.count - 25 {
      #expect(throws: InputError.self) { try GZipFile.contents(of: data.prefix(length), name: "a.gz") }
    }
    let error = #expect(throws: InputError.self) { try GZipFile.contents(of: data, name: "a.gz", limit: 944) }
    #expect(error?.description.contains("more than 944 bytes") == true)
  }
}

enum ArchiveFixture {
  static let base64 = [
    "stored":
      "UEsDBBQAAAAAAAAAIVANKRIpDgAAAA4AAAALAAAAaGVhZGVyLmpzb257InZlcnNpb24iOiAyfVBLAwQUAAAAAAAAACFQV3JhNawD"
      + "AACsAwAAFgAAAHNhbXBsZXMvMV9lcG9jaF8xLmpzb25TZXZlbiBhcHBsZXMgYW5kIGZpdmUgcGVhcnMgYXJlIHR3ZWx2ZSBmcnVp"
      + "dHMuIFNldmVuIGFwcGxlcyBhbmQgZml2ZSBwZWFycyBhcmUgdHdlbHZlIGZydWl0cy4gU2V2ZW4gYXBwbGVzIGFuZCBmaXZlIHBl"
      + "YXJzIGFyZSB0d2VsdmUgZnJ1aXRzLiBTZXZlbiBhcHBsZXMgYW5kIGZpdmUgcGVhcnMgYXJlIHR3ZWx2ZSBmcnVpdHMuIFNldmVu"
      + "IGFwcGxlcyBhbmQgZml2ZSBwZWFycyBhcmUgdHdlbHZlIGZydWl0cy4gU2V2ZW4gYXBwbGVzIGFuZCBmaXZlIHBlYXJzIGFyZSB0"
      + "d2VsdmUgZnJ1aXRzLiBTZXZlbiBhcHBsZXMgYW5kIGZpdmUgcGVhcnMgYXJlIHR3ZWx2ZSBmcnVpdHMuIFNldmVuIGFwcGxlcyBh"
      + "bmQgZml2ZSBwZWFycyBhcmUgdHdlbHZlIGZydWl0cy4gU2V2ZW4gYXBwbGVzIGFuZCBmaXZlIHBlYXJzIGFyZSB0d2VsdmUgZnJ1"
      + "aXRzLiBTZXZlbiBhcHBsZXMgYW5kIGZpdmUgcGVhcnMgYXJlIHR3ZWx2ZSBmcnVpdHMuIFNldmVuIGFwcGxlcyBhbmQgZml2ZSBw"
      + "ZWFycyBhcmUgdHdlbHZlIGZydWl0cy4gU2V2ZW4gYXBwbGVzIGFuZCBmaXZlIHBlYXJzIGFyZSB0d2VsdmUgZnJ1aXRzLiBTZXZl"
      + "biBhcHBsZXMgYW5kIGZpdmUgcGVhcnMgYXJlIHR3ZWx2ZSBmcnVpdHMuIFNldmVuIGFwcGxlcyBhbmQgZml2ZSBwZWFycyBhcmUg"
      + "dHdlbHZlIGZydWl0cy4gU2V2ZW4gYXBwbGVzIGFuZCBmaXZlIHBlYXJzIGFyZSB0d2VsdmUgZnJ1aXRzLiBTZXZlbiBhcHBsZXMg"
      + "YW5kIGZpdmUgcGVhcnMgYXJlIHR3ZWx2ZSBmcnVpdHMuIFNldmVuIGFwcGxlcyBhbmQgZml2ZSBwZWFycyBhcmUgdHdlbHZlIGZy"
      + "dWl0cy4gU2V2ZW4gYXBwbGVzIGFuZCBmaXZlIHBlYXJzIGFyZSB0d2VsdmUgZnJ1aXRzLiBTZXZlbiBhcHBsZXMgYW5kIGZpdmUg"
      + "cGVhcnMgYXJlIHR3ZWx2ZSBmcnVpdHMuIFNldmVuIGFwcGxlcyBhbmQgZml2ZSBwZWFycyBhcmUgdHdlbHZlIGZydWl0cy4gUEsD"
      + "BBQAAAAAAAAAIVAAAAAAAAAAAAAAAAAFAAAAZW1wdHlQSwECFAMUAAAAAAAAACFQDSkSKQ4AAAAOAAAACwAAAAAAAAAAAAAAgAEA"
      + "AAAAaGVhZGVyLmpzb25QSwECFAMUAAAAAAAAACFQV3JhNawDAACsAwAAFgAAAAAAAAAAAAAAgAE3AAAAc2FtcGxlcy8xX2Vwb2No"
      + "XzEuanNvblBLAQIUAxQAAAAAAAAAIVAAAAAAAAAAAAAAAAAFAAAAAAAAAAAAAACAARcEAABlbXB0eVBLBQYAAAAAAwADALAAAAA6"
      + "BAAAAAA=",
    "deflated":
      "UEsDBBQAAAAIAAAAIVANKRIpEAAAAA4AAAALAAAAaGVhZGVyLmpzb26rVipLLSrOzM9TslIwqgUAUEsDBBQAAAAIAAAAIVBXcmE1"
      + "OAAAAKwDAAAWAAAAc2FtcGxlcy8xX2Vwb2NoXzEuanNvbgtOLUvNU0gsKMhJLVZIzEtRSMssS1UoSE0sAnKLUhVKylNzgAJpRaWZ"
      + "JcV6CsGjykeVjyofGOUAUEsDBBQAAAAIAAAAIVAAAAAAAgAAAAAAAAAFAAAAZW1wdHkDAFBLAQIUAxQAAAAIAAAAIVANKRIpEAAA"
      + "AA4AAAALAAAAAAAAAAAAAACAAQAAAABoZWFkZXIuanNvblBLAQIUAxQAAAAIAAAAIVBXcmE1OAAAAKwDAAAWAAAAAAAAAAAAAACA"
      + "ATkAAABzYW1wbGVzLzFfZXBvY2hfMS5qc29uUEsBAhQDFAAAAAgAAAAhUAAAAAACAAAAAAAAAAUAAAAAAAAAAAAAAIABpQAAAGVt"
      + "cHR5UEsFBgAAAAADAAMAsAAAAMoAAAAAAA==",
    "zstandard":
      "UEsDBBQAAABdAAAAIVANKRIpFwAAAA4AAAALAAAAaGVhZGVyLmpzb24otS/9AFhxAAB7InZlcnNpb24iOiAyfVBLAwQUAAAAXQAA"
      + "ACFQV3JhNUEAAACsAwAAFgAAAHNhbXBsZXMvMV9lcG9jaF8xLmpzb24otS/9AFjFAQD0AlNldmVuIGFwcGxlcyBhbmQgZml2ZSBw"
      + "ZWFycyBhcmUgdHdlbHZlIGZydWl0cy4gAQDXKytVBlBLAwQUAAAAXQAAACFQAAAAAAkAAAAAAAAABQAAAGVtcHR5KLUv/SAAAQAA"
      + "UEsBAhQDFAAAAF0AAAAhUA0pEikXAAAADgAAAAsAAAAAAAAAAAAAAIABAAAAAGhlYWRlci5qc29uUEsBAhQDFAAAAF0AAAAhUFdy"
      + "YTVBAAAArAMAABYAAAAAAAAAAAAAAIABQAAAAHNhbXBsZXMvMV9lcG9jaF8xLmpzb25QSwECFAMUAAAAXQAAACFQAAAAAAkAAAAA"
      + "AAAABQAAAAAAAAAAAAAAgAG1AAAAZW1wdHlQSwUGAAAAAAMAAwCwAAAA4QAAAAAA",
    "wide":
      "UEsDBC0AAAAIAAAAIVANKRIp//////////8LABQAaGVhZGVyLmpzb24BABAADgAAAAAAAAAQAAAAAAAAAKtWKkstKs7Mz1OyUjCq"
      + "BQBQSwMELQAAAAgAAAAhUFdyYTX//////////xYAFABzYW1wbGVzLzFfZXBvY2hfMS5qc29uAQAQAKwDAAAAAAAAOAAAAAAAAAAL"
      + "Ti1LzVNILCjISS1WSMxLUUjLLEtVKEhNLAJyi1IVSspTc4ACaUWlmSXFegrBo8pHlY8qHxjlAFBLAwQtAAAACAAAACFQAAAAAP//"
      + "////////BQAUAGVtcHR5AQAQAAAAAAAAAAAAAgAAAAAAAAADAFBLAQItAy0AAAAIAAAAIVANKRIpEAAAAA4AAAALAAAAAAAAAAAA"
      + "AACAAQAAAABoZWFkZXIuanNvblBLAQItAy0AAAAIAAAAIVBXcmE1OAAAAKwDAAAWAAAAAAAAAAAAAACAAU0AAABzYW1wbGVzLzFf"
      + "ZXBvY2hfMS5qc29uUEsBAi0DLQAAAAgAAAAhUAAAAAACAAAAAAAAAAUAAAAAAAAAAAAAAIABzQAAAGVtcHR5UEsFBgAAAAADAAMA"
      + "sAAAAAYBAAAAAA==",
    "gzip":
      "H4sIAAAAAAACAwtOLUvNU0gsKMhJLVZIzEtRSMssS1UoSE0sAnKLUhVKylNzgAJpRaWZJcV6CsGjykeVjyofGOUAV3JhNawDAAAf"
      + "iwgAAAAAAAID880vStUDAKOiLZYFAAAA",
  ]
}
