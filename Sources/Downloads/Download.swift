import Crypto
import Digests
import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// A file could not be fetched. Its description is the one line the user reads.
public struct DownloadError: Error, Sendable, Hashable, CustomStringConvertible {
  public let address: String
  /// What went wrong and what to do.
  public let message: String

  public init(address: String, message: String) {
    self.address = address
    self.message = message
  }

  public var description: String { "\(address): \(message)" }
}

/// Fetches one file over HTTPS, bounded in size, redirects and time. Plain HTTP is for this very machine only.
package struct Download {
  private let address: URL
  private let file: URL
  private let byteLimit: Int
  private let timeLimit: TimeInterval
  private static let redirectLimit = 5

  /// - Parameter timeLimit: Seconds for the whole file.
  package init(_ address: URL, to file: URL, byteLimit: Int, timeLimit: TimeInterval = 600) {
    self.address = address
    self.file = file
    self.byteLimit = byteLimit
    self.timeLimit = timeLimit
  }

  /// Writes the file and gives its SHA-256. What is written of a failed one is the caller's to remove.
  ///
  /// - Throws: `DownloadError`.
  package func run() async throws -> String {
    guard Self.isAllowed(address) else {
      throw error("is not an https address; give one")
    }
    guard FileManager.default.createFile(atPath: file.path, contents: nil),
      let handle = try? FileHandle(forWritingTo: file)
    else {  // Whatever the reason, the folder cannot be written to.
      throw error("cannot be stored as \(file.path); check the folder's permissions and free space")
    }
    let transfer = Transfer(handle, byteLimit: byteLimit, redirectLimit: Self.redirectLimit)
    let settings = URLSessionConfiguration.ephemeral
    settings.timeoutIntervalForRequest = 30
    settings.timeoutIntervalForResource = timeLimit
    // Compressed bytes would be counted and hashed as what they unpack to.
    settings.httpAdditionalHeaders = ["Accept-Encoding": "identity", "User-Agent": "reversal"]
    let queue = OperationQueue()
    queue.maxConcurrentOperationCount = 1
    let session = URLSession(configuration: settings, delegate: transfer, delegateQueue: queue)
    defer { session.finishTasksAndInvalidate() }
    let task = session.dataTask(with: address)
    let result: Swift.Result<String, Transfer.Failure> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        transfer.start(task) { continuation.resume(returning: $0) }
      }
    } onCancel: {
      task.cancel()
    }
    switch result {
    case .success(let digest): return digest
    case .failure(let failure): throw error(failure.message)
    }
  }

  private func error(_ message: String) -> DownloadError {
    DownloadError(address: address.absoluteString, message: message)
  }

  /// Whether an address is one that is fetched from.
  package static func isAllowed(_ address: URL) -> Bool {
    switch address.scheme {
    case "https": true
    case "http": ["127.0.0.1", "::1", "[::1]", "localhost"].contains(address.host())
    default: false
    }
  }
}

/// One transfer. All its calls come one at a time on the session's queue, which protects its state.
private final class Transfer: NSObject, URLSessionDataDelegate, @unchecked Sendable {
  struct Failure: Error {
    let message: String
  }

  private let handle: FileHandle
  private let byteLimit: Int
  private var redirectsLeft: Int
  private var byteCount = 0
  private var digest = SHA256()
  private var failure: Failure?
  private var finish: ((Swift.Result<String, Failure>) -> Void)?

  init(_ handle: FileHandle, byteLimit: Int, redirectLimit: Int) {
    self.handle = handle
    self.byteLimit = byteLimit
    redirectsLeft = redirectLimit
  }

  /// - Parameter finish: Called once.
  func start(_ task: URLSessionDataTask, finish: @escaping (Swift.Result<String, Failure>) -> Void) {
    self.finish = finish
    task.resume()
  }

  private func fail(_ task: URLSessionTask, _ message: String) {
    failure = failure ?? Failure(message: message)
    task.cancel()
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
  ) {
    redirectsLeft -= 1
    if redirectsLeft < 0 {
      failure = Failure(message: "leads from one address to the next without end; give another mirror")
      completionHandler(nil)
    } else if let address = request.url, Download.isAllowed(address) {
      completionHandler(request)
    } else {
      failure = Failure(message: "leads to an address without https; give another mirror")
      completionHandler(nil)
    }
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
  ) {
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    if status != 200 {
      failure =
        failure ?? Failure(message: "the server answers with status \(status); try later or give another mirror")
    } else if response.expectedContentLength > Int64(byteLimit) {
      failure = failure ?? tooLarge
    }
    completionHandler(failure == nil ? .allow : .cancel)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    guard failure == nil else { return }
    byteCount += data.count
    guard byteCount <= byteLimit else { return fail(dataTask, tooLarge.message) }
    do {
      try handle.write(contentsOf: data)
      digest.update(data: data)
    } catch {
      fail(dataTask, "cannot be stored; make room and try again")
    }
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    let result: Swift.Result<String, Failure>
    do {
      try handle.close()
      if let failure {
        result = .failure(failure)
      } else if let error {
        result = .failure(
          Failure(
            message: "cannot be fetched: \(error.localizedDescription); check the network or add the file by hand"))
      } else {
        result = .success(digest.finalize().hexadecimal)
      }
    } catch {
      result = .failure(Failure(message: "cannot be stored; make room and try again"))
    }
    finish?(result)
    finish = nil
  }

  private var tooLarge: Failure { Failure(message: "is larger than \(byteLimit) bytes, which no such file is") }
}
