import ATProtoData
import ATProtoHTTP
import ArgumentParser
import Foundation
import HTTPTypes
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

/// The app view that a command calls.
struct AppViewOptions: ParsableArguments {
  @Option(
    name: .customLong("appview"),
    help: ArgumentHelp("The app view; default: http://127.0.0.1:2584.", valueName: "url"),
    transform: Self.url
  )
  var appView = HTTPURL("http://127.0.0.1:2584")!

  @OptionGroup var output: OutputOptions

  private static func url(_ text: String) throws -> HTTPURL {
    guard let url = HTTPURL(text), url.target == "/" else {
      throw ValidationError("'\(text)' is not a valid base URL of an app view")
    }
    return url
  }

  /// Calls a method that everyone may call. Errors name the app view, because it is often the
  /// default.
  func call<Value>(_ body: (XRPCClient) async throws -> Value) async throws -> Value {
    // The operator chose the app view, which may be in a private network.
    let client = XRPCClient(
      service: ServiceEndpoint(appView),
      transport: AsyncHTTPClientTransport.shared
    )
    do {
      return try await body(client)
    } catch let error as CommandError {
      throw error
    } catch {
      throw CommandError(reason: "\(appView.origin): \(error)")
    }
  }
}

/// The app view that an operator's command administers, and its admin password.
struct AppViewAdminOptions: ParsableArguments {
  @OptionGroup var appView: AppViewOptions

  @Option(
    help: ArgumentHelp(
      "Read the admin password from the first line of this file; default: $APPVIEW_ADMIN_PASSWORD.",
      valueName: "file"
    )
  )
  var adminPasswordFile: String?

  var output: OutputOptions { appView.output }

  func validate() throws {
    // Every call contains the password.
    let url = appView.appView
    guard url.scheme == "https" || ServiceEndpoint(url).isOnThisMachine else {
      throw ValidationError("'\(url.origin)' must use https, because it is not on this machine")
    }
  }

  /// Calls the admin API.
  ///
  /// - Parameter path: the path below `/admin/`.
  func post(_ path: String, _ body: DataValue) async throws {
    let origin = appView.appView.origin
    guard let url = appView.appView.at("/admin/\(path)") else {
      throw CommandError(reason: "'\(path)' is not a valid path")
    }
    let credentials = Data("admin:\(try password())".utf8).base64EncodedString()
    let fields: HTTPFields = [
      .authorization: "Basic \(credentials)", .accept: "application/json",
      .contentType: "application/json",
    ]
    let response: HTTPTransportResponse
    do throws(TransportError) {
      response = try await AsyncHTTPClientTransport.shared.send(
        url.request(.post, fields),
        body: body.jsonBytes(),
        options: TransportOptions(timeout: .seconds(30))
      )
    } catch {
      throw CommandError(reason: "\(origin): \(error)")
    }
    guard response.head.status.kind == .successful else {
      let value = try? DataValue(json: response.body)
      let reason =
        value?["message"]?.string ?? value?["error"]?.string
        ?? "status \(response.head.status.code)"
      throw CommandError(reason: "\(origin): \(reason)")
    }
  }

  private func password() throws -> String {
    if let adminPasswordFile { return try PasswordInput.firstLine(of: adminPasswordFile) }
    let password = ProcessInfo.processInfo.environment["APPVIEW_ADMIN_PASSWORD"] ?? ""
    guard !password.isEmpty else {
      throw CommandError(
        reason: "missing admin password; use --admin-password-file or APPVIEW_ADMIN_PASSWORD",
        exitCode: .validationFailure
      )
    }
    return password
  }
}
