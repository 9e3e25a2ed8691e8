import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import Foundation
import HTTPTypes
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

/// Which server an operator's command works on, and what proves that it is the operator's.
struct OperatorOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The server; by default https and $PDS_HOSTNAME, or else this machine's port $PDS_PORT.",
      valueName: "url"
    ),
    transform: ServerOptions.endpoint
  )
  var service: ServiceEndpoint?

  @Option(
    help: ArgumentHelp(
      "A file whose first line is the administrator's password; by default it is taken from "
        + "$PDS_ADMIN_PASSWORD.",
      valueName: "file"
    )
  )
  var adminPasswordFile: String?

  @Flag(help: "Prints JSON.")
  var json = false

  func validate() throws {
    let service = try endpoint
    // The password goes along with every call.
    guard service.scheme == "https" || service.isOnThisMachine else {
      throw ValidationError("'\(service)' is neither https nor on this machine")
    }
  }

  /// Runs a command; what fails is told as the command was asked to.
  func reporting(_ body: (Operator) async throws -> Void) async throws {
    do {
      try await call(body)
    } catch let error as ValidationError {
      throw error
    } catch {
      throw Failure.report(error, asJSON: json)
    }
  }

  /// What a server answers, and that none does, comes with the server's address: it is often the one
  /// by default.
  private func call(_ body: (Operator) async throws -> Void) async throws {
    let service = try endpoint
    let caller = Operator(service: service, password: try password())
    do {
      try await body(caller)
    } catch let error as ClientFailure {
      throw error
    } catch {
      throw ClientFailure(reason: "\(service): \(error)")
    }
  }

  private var endpoint: ServiceEndpoint {
    get throws {
      if let service { return service }
      let environment = ProcessInfo.processInfo.environment
      if let hostname = environment["PDS_HOSTNAME"], hostname != "localhost" {
        return try ServerOptions.endpoint("https://\(hostname)")
      }
      return try ServerOptions.endpoint("http://127.0.0.1:\(environment["PDS_PORT"] ?? "2583")")
    }
  }

  private func password() throws -> String {
    if let adminPasswordFile { return try PasswordPrompt.firstLine(of: adminPasswordFile) }
    guard let password = ProcessInfo.processInfo.environment["PDS_ADMIN_PASSWORD"],
      !password.isEmpty
    else {
      throw ValidationError(
        "the administrator's password is needed: --admin-password-file or PDS_ADMIN_PASSWORD"
      )
    }
    return password
  }
}
