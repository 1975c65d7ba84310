import Connections
import Core
import Foundation

extension WorkerConnection {
  /// What starts the workers.
  ///
  /// - Throws: `InputError` where the token is not where it is said to be.
  func launcher(environment: [String: String]) throws -> any WorkerLauncher {
    switch engine {
    case .torchrun:
      return ProcessLauncher(
        python: python, environment: environment, folder: URL(filePath: folder).appending(path: "processes"))
    case .ray:
      guard let url else { throw InputError("the engine 'ray' needs 'url'; give the address of Ray's dashboard") }
      let token = try APIKey(.token, environmentVariable: tokenEnv, file: tokenFile, environment: environment)
      return RayLauncher(
        jobs: try RayJobs(address: url, token: token), python: python)
    }
  }
}
