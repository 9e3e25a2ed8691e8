import ATProtoData
import ArgumentParser
import Foundation
import XRPCClient

/// The server that an operator's command calls, and its admin password.
struct OperatorOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The server; default: https://$PDS_HOSTNAME, or port $PDS_PORT of this machine.",
      valueName: "url"
    ),
    transform: ParsedArgument.endpoint
  )
  var service: ServiceEndpoint?

  @Option(
    help: ArgumentHelp(
      "Read the admin password from the first line of this file; default: $PDS_ADMIN_PASSWORD.",
      valueName: "file"
    )
  )
  var adminPasswordFile: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    let service = try endpoint
    // Every call contains the password.
    guard service.scheme == "https" || service.isOnThisMachine else {
      throw ValidationError("'\(service)' must use https, because it is not on this machine")
    }
  }

  /// Calls the server as its administrator. Errors name the server, because it is often the
  /// default.
  func administer(_ body: (Operator) async throws -> Void) async throws {
    let service = try endpoint
    let administrator = Operator(service: service, password: try password())
    do {
      try await body(administrator)
    } catch let error as CommandError {
      throw error
    } catch {
      throw CommandError(reason: "\(service): \(error)")
    }
  }

  /// Prints names and values: a JSON object, or a table.
  func print(_ values: [(String, String)]) {
    let object = values.reduce(into: DataObject()) { $0[$1.0] = .string($1.1) }
    output.print(.object(object)) { table in
      for (name, value) in values { table.add(name, value) }
    }
  }

  private var endpoint: ServiceEndpoint {
    get throws {
      if let service { return service }
      let environment = ProcessInfo.processInfo.environment
      if let hostname = environment["PDS_HOSTNAME"], hostname != "localhost" {
        return try ParsedArgument.endpoint("https://\(hostname)")
      }
      return try ParsedArgument.endpoint("http://127.0.0.1:\(environment["PDS_PORT"] ?? "2583")")
    }
  }

  private func password() throws -> String {
    if let adminPasswordFile { return try PasswordInput.firstLine(of: adminPasswordFile) }
    guard let password = ProcessInfo.processInfo.environment["PDS_ADMIN_PASSWORD"],
      !password.isEmpty
    else {
      throw CommandError(
        reason: "missing admin password; use --admin-password-file or PDS_ADMIN_PASSWORD",
        exitCode: .validationFailure
      )
    }
    return password
  }
}

/// The account that an operator's command works on.
struct PDSAccountSubject: ParsableArguments {
  @Argument(help: "A DID, a handle, or an email.")
  var account: String
}

/// A new password for an account: from a file, or generated.
struct ChosenPassword: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Read the new password from the first line of this file; default: generate one.",
      valueName: "file"
    )
  )
  var passwordFile: String?

  func password() throws -> (String, isGenerated: Bool) {
    if let passwordFile { return (try PasswordInput.firstLine(of: passwordFile), false) }
    return (PasswordInput.generated(), true)
  }
}
