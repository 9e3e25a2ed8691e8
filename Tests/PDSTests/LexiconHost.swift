import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import Synchronization

@testable import PDS

/// A server on a test network with an account whose repository has lexicons, and servers that resolve
/// them there.
final class LexiconHost: Sendable {
  private static let hostname = "lexicons.example.com"

  let network = TestNetwork()
  let authority: TestAccount
  private let counted = Mutex((requests: 0, isDown: false))

  init() async throws {
    let host = try TestServer(network: network) {
      $0.isDevelopment = false
      $0.hostname = Self.hostname
    }
    authority = try await host.signUp("lexicons")
    network.add(Self.hostname) { [self] request, body in
      let isDown = counted.withLock { counted in
        counted.requests += 1
        return counted.isDown
      }
      if isDown { throw TransportError(code: .cannotConnect, reason: "the host is down") }
      return try await host.transport.send(request, body: body, options: TransportOptions())
    }
  }

  /// The requests that the host got.
  var requests: Int { counted.withLock { $0.requests } }

  func setDown(_ isDown: Bool) {
    counted.withLock { $0.isDown = isDown }
  }

  /// A server for which the account is the authority of all lexicons.
  func server(_ configure: (inout PDSConfiguration) -> Void = { _ in }) throws -> TestServer {
    let did = try authority.did.parsed()
    return try TestServer(network: network) {
      $0.port = 2583
      $0.lexicons.authority = did
      configure(&$0)
    }
  }

  func publish(_ documents: DataValue...) async throws {
    for document in documents { try await authority.publish(document) }
  }
}

/// A server that resolves lexicons in the repository of one of its own accounts. Nothing answers at its
/// public hostname.
struct OwnLexiconHost {
  let server: TestServer
  let authority: TestAccount
  /// Owns the directory.
  private let first: TestServer

  /// - Parameter configure: gets the DID of the account.
  init(_ configure: (inout PDSConfiguration, DID) -> Void) async throws {
    func setUp(_ configuration: inout PDSConfiguration) {
      configuration.isDevelopment = false
      configuration.hostname = "pds.example.com"
      configuration.isInviteRequired = false
    }
    let network = TestNetwork()
    first = try TestServer(network: network, setUp)
    let account = try await first.signUp("lexicons")
    let did = try account.did.parsed()
    try first.server.close()
    server = try TestServer(folder: first.folder, network: network) {
      setUp(&$0)
      configure(&$0, did)
    }
    authority = TestAccount(server: server, output: account.output)
  }
}

extension TestAccount {
  /// Puts a lexicon into the repository of the account.
  func publish(_ document: DataValue) async throws {
    _ = try await put(document, rkey: document["id"]?.string ?? "")
  }
}

extension DataValue {
  /// A lexicon with the given definitions.
  static func lexicon(_ nsid: String, _ definitions: DataObject) -> DataValue {
    [
      "$type": "com.atproto.lexicon.schema", "lexicon": 1, "id": .string(nsid),
      "defs": .object(definitions),
    ]
  }

  /// A lexicon of a record with the given properties.
  static func recordLexicon(
    _ nsid: String,
    _ properties: DataObject,
    required: [DataValue] = [],
    key: DataValue = "any"
  ) -> DataValue {
    .lexicon(
      nsid,
      [
        "main": [
          "type": "record", "key": key,
          "record": [
            "type": "object", "required": .array(required), "properties": .object(properties),
          ],
        ]
      ]
    )
  }
}
