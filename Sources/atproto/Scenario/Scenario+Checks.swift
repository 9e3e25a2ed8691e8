import ATProtoData
import AppBskyAPI
import XRPCClient

extension Scenario {
  /// Calls the server through the generated client; any error becomes a failure of the step.
  func call<Output>(
    _ step: String,
    _ body: (XRPCClient) async throws -> Output
  ) async throws -> Output {
    do {
      return try await body(client)
    } catch {
      throw ScenarioFailure(step: step, reason: "\(error)")
    }
  }

  func expect<Value: Equatable>(_ found: Value, _ expected: Value, _ step: String) throws {
    if found != expected {
      throw ScenarioFailure(step: step, reason: "found \(found), expected \(expected)")
    }
  }

  func decode(_ value: DataValue, _ step: String) throws -> AppBsky.Feed.Post {
    do {
      return try AppBsky.Feed.Post(value)
    } catch {
      throw ScenarioFailure(step: step, reason: "not a post: \(error)")
    }
  }
}
