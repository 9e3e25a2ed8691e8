import ATProtoData
import AppBskyAPI
import XRPCAsyncHTTPClient
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

  /// Runs `body`; any error becomes a failure of the step.
  func checked<Value>(_ step: String, _ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as ScenarioFailure {
      throw error
    } catch {
      throw ScenarioFailure(step: step, reason: "\(error)")
    }
  }

  /// A client of another server of the scenario.
  static func client(_ address: String) throws -> XRPCClient {
    guard let service = ServiceEndpoint(address) else {
      throw ScenarioFailure(
        step: "start the server",
        reason: "\(address) is not a valid base URL"
      )
    }
    return XRPCClient(service: service, transport: AsyncHTTPClientTransport.shared)
  }
}
