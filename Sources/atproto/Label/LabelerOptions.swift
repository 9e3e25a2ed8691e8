import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import Foundation
import HTTPTypes
import Labeler
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

/// The labeler that a command calls: by its URL, or by its DID.
enum LabelerAddress: Sendable {
  case url(ServiceEndpoint)
  case did(DID)

  init(_ text: String) throws {
    if text.hasPrefix("did:") {
      guard let did = try? DID(text) else { throw ValidationError("'\(text)' is not a valid DID") }
      self = .did(did)
    } else {
      self = .url(try ParsedArgument.endpoint(text))
    }
  }
}

/// The labeler that a command calls, and whose moderator calls it: the administrator, by password, or
/// an account that is a member of the team, through its own server.
struct LabelerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The labeler: its URL or its DID; default: port $LABELER_PORT (2585) of this machine.",
      valueName: "url-or-did"
    ),
    transform: { try LabelerAddress($0) }
  )
  var labeler: LabelerAddress?

  @Option(
    help: ArgumentHelp(
      """
      Read the labeler's admin password from the first line of this file; default: \
      $LABELER_ADMIN_PASSWORD. Without a password, the command calls as the account that is logged \
      in.
      """,
      valueName: "file"
    )
  )
  var adminPasswordFile: String?

  @OptionGroup var client: ClientOptions

  var output: OutputOptions { client.output }
  var network: NetworkOptions { client.server.network }

  private static let passwordVariable = "LABELER_ADMIN_PASSWORD"

  func validate() throws {
    guard case .url(let service) = try address else { return }
    try network.check(service)
  }

  private var address: LabelerAddress {
    get throws {
      if let labeler { return labeler }
      let port = NetworkOptions.environment("LABELER_PORT") ?? "2585"
      return .url(try ParsedArgument.endpoint("http://127.0.0.1:\(port)"))
    }
  }

  /// A client for methods that everyone may call.
  func reading<Value>(_ body: (XRPCClient) async throws -> Value) async throws -> Value {
    let service = try await service()
    return try await named(service) { try await body(anonymous(at: service)) }
  }

  /// A client that calls as a moderator, and the DID by which the audit trail names the moderator.
  func moderating<Value>(
    _ body: (XRPCClient, FormatString<DID>) async throws -> Value
  ) async throws -> Value {
    let service = try await service()
    return try await named(service) {
      if let password = try password() {
        guard service.scheme == "https" || service.isOnThisMachine else {
          throw ValidationError("'\(service)' must use https, because it is not on this machine")
        }
        let administrator = Operator(service: service, password: password)
        return try await body(administrator.client, FormatString(try await did(at: service)))
      }
      let (client, session) = try await client.loggedInSession()
      let did: DID
      if case .did(let named) = try address {
        did = named
      } else {
        did = try await self.did(at: service)
      }
      return try await body(
        client.proxied(to: did, service: LabelerIdentity.service),
        FormatString(session.did)
      )
    }
  }

  /// Errors name the labeler, because it is often the default.
  private func named<Value>(
    _ service: ServiceEndpoint,
    _ body: () async throws -> Value
  ) async throws -> Value {
    do {
      return try await body()
    } catch let error as CommandError {
      throw error
    } catch let error as ValidationError {
      throw error
    } catch {
      throw CommandError(reason: "\(service): \(error)")
    }
  }

  private func anonymous(at service: ServiceEndpoint) -> XRPCClient {
    client.server.anonymous(at: service, isNamedByCaller: labeler != nil || service.isOnThisMachine)
  }

  private func service() async throws -> ServiceEndpoint {
    switch try address {
    case .url(let service): return service
    case .did(let did):
      let document = try await network.directory.document(of: did)
      return ServiceEndpoint(
        try document.endpoint(LabelerIdentity.service, type: LabelerIdentity.serviceType)
      )
    }
  }

  /// The DID that a labeler states, in the document that the Ozone web app reads, too.
  private func did(at service: ServiceEndpoint) async throws -> DID {
    guard let url = HTTPURL("\(service)")?.at("/.well-known/ozone-metadata.json") else {
      throw CommandError(reason: "'\(service)' is not a valid base URL of a labeler")
    }
    let response = try await network.transport(toNamed: service).send(
      url.request(.get, [.accept: "application/json"]),
      body: nil,
      options: TransportOptions(timeout: .seconds(30), maximumResponseBytes: 64 << 10)
    )
    guard response.head.status == .ok, let value = try? DataValue(json: response.body),
      let did = value["did"]?.string.flatMap({ try? DID($0) })
    else {
      throw CommandError(
        reason: "\(service) did not return its DID; name the labeler by its DID with --labeler"
      )
    }
    return did
  }

  private func password() throws -> String? {
    if let adminPasswordFile { return try PasswordInput.firstLine(of: adminPasswordFile) }
    // The password in the environment belongs to the labeler that the operator runs on this machine.
    if let labeler {
      guard case .url(let service) = labeler, service.isOnThisMachine else { return nil }
    }
    let list = NetworkOptions.environment(Self.passwordVariable) ?? ""
    // Of several passwords, any works.
    return list.split(separator: ",").first.map(String.init)
  }
}
