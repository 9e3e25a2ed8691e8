import ATProtoData
import ATProtoHTTP
import ArgumentParser
import Foundation
import HTTPTypes
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

/// The relay that an operator's command calls.
struct RelayOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The relay; default: http://127.0.0.1:2470.", valueName: "url"),
    transform: Self.url
  )
  var relay = HTTPURL("http://127.0.0.1:2470")!

  @OptionGroup var output: OutputOptions

  private static func url(_ text: String) throws -> HTTPURL {
    guard let url = HTTPURL(text), url.target == "/" else {
      throw ValidationError("'\(text)' is not a valid base URL of a relay")
    }
    return url
  }

  /// A client for methods that everyone may call.
  var client: XRPCClient {
    // The operator chose the relay, which may be in a private network.
    XRPCClient(service: ServiceEndpoint(relay), transport: AsyncHTTPClientTransport.shared)
  }

  /// Errors name the relay, because it is often the default.
  func call<Value>(_ body: (XRPCClient) async throws -> Value) async throws -> Value {
    do {
      return try await body(client)
    } catch let error as CommandError {
      throw error
    } catch {
      throw CommandError(reason: "\(relay.origin): \(error)")
    }
  }
}

/// The relay that an operator's command administers, and its admin password.
struct RelayAdminOptions: ParsableArguments {
  @OptionGroup var relay: RelayOptions

  @Option(
    help: ArgumentHelp(
      "Read the admin password from the first line of this file; default: $RELAY_ADMIN_PASSWORD.",
      valueName: "file"
    )
  )
  var adminPasswordFile: String?

  var output: OutputOptions { relay.output }

  func validate() throws {
    // Every call contains the password.
    guard relay.relay.scheme == "https" || ServiceEndpoint(relay.relay).isOnThisMachine else {
      throw ValidationError(
        "'\(relay.relay.origin)' must use https, because it is not on this machine"
      )
    }
  }

  /// Calls the admin API.
  ///
  /// - Parameter path: the path below `/admin/`, with a query.
  func get(_ path: String) async throws -> DataValue { try await send(.get, path, nil) }

  /// Changes something with the admin API.
  func post(_ path: String, _ body: DataValue? = nil) async throws {
    _ = try await send(.post, path, body)
  }

  private func send(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ body: DataValue?
  ) async throws -> DataValue {
    guard let url = relay.relay.at("/admin/\(path)") else {
      throw CommandError(reason: "'\(path)' is not a valid path")
    }
    let credentials = Data("admin:\(try password())".utf8).base64EncodedString()
    var fields: HTTPFields = [.authorization: "Basic \(credentials)", .accept: "application/json"]
    if body != nil { fields[.contentType] = "application/json" }
    let response: HTTPTransportResponse
    do throws(TransportError) {
      response = try await AsyncHTTPClientTransport.shared.send(
        url.request(method, fields),
        body: body?.jsonBytes(),
        options: TransportOptions(timeout: .seconds(30))
      )
    } catch {
      throw CommandError(reason: "\(relay.relay.origin): \(error)")
    }
    let value = try? DataValue(json: response.body)
    guard response.head.status == .ok, let value else {
      let reason =
        value?["message"]?.string ?? value?["error"]?.string
        ?? "status \(response.head.status.code)"
      throw CommandError(reason: "\(relay.relay.origin): \(reason)")
    }
    return value
  }

  private func password() throws -> String {
    if let adminPasswordFile { return try PasswordInput.firstLine(of: adminPasswordFile) }
    let list = ProcessInfo.processInfo.environment["RELAY_ADMIN_PASSWORD"] ?? ""
    // Of several passwords, any works.
    guard let password = list.split(separator: ",").first else {
      throw CommandError(
        reason: "missing admin password; use --admin-password-file or RELAY_ADMIN_PASSWORD",
        exitCode: .validationFailure
      )
    }
    return String(password)
  }
}

extension String {
  /// The text as a value in a query.
  var queryValue: String {
    let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~:"))
    return addingPercentEncoding(withAllowedCharacters: allowed) ?? self
  }
}
