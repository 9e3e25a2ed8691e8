import ATProtoCrypto
import ATProtoData
import ATProtoSyntax
import Foundation
import Synchronization
import TestSupport

/// A session as a login in the browser stores it, and a server that demands proofs with its nonce.
final class OAuthSessionFixture: Sendable {
  static let did = "did:web:alice.test"
  static let handle = "alice.test"
  static let scope = "atproto transition:generic repo:com.example.note"

  let folder: TemporaryFolder
  private let server: FaultyServer
  private let heads: Heads

  /// - Parameter isRevoked: whether the server does not know the session any more.
  init(isRevoked: Bool = false) throws {
    folder = try TemporaryFolder()
    let heads = Heads(isRevoked: isRevoked)
    self.heads = heads
    server = try FaultyServer { head in
      let (status, fields, body) = heads.answer(head)
      let text = body.jsonString()
      let lines = (["Content-Type: application/json"] + fields).joined(separator: "\r\n")
      return FaultyServer.Script(
        bytes: """
          HTTP/1.1 \(status) X\r\n\(lines)\r\nContent-Length: \(text.utf8.count)\r\n\
          Connection: close\r\n\r\n\(text)
          """,
        end: .close
      )
    }
    let origin = "http://127.0.0.1:\(server.port)"
    heads.origin.withLock { $0 = origin }
    try keep(Self.did, Self.handle, expiresAt: 4_000_000_000)
    try folder.link("state/atproto/session.json", to: Self.name(Self.did))
  }

  static func name(_ did: String) -> String { "oauth-\(did).json" }

  var address: String { heads.origin.withLock { $0 } }
  /// The requests for methods, with their status.
  var calls: [String] { heads.calls.withLock { $0 } }
  var path: String { "state/atproto/\(Self.name(Self.did))" }

  func keep(_ did: String, _ handle: String, expiresAt: Int) throws {
    let session: DataValue = [
      "service": .string(address), "issuer": .string(address), "did": .string(did),
      "handle": .string(handle), "accessToken": "access-0", "refreshToken": "refresh-0",
      "expiresAt": .integer(expiresAt), "scope": .string(Self.scope),
      "dpopKey": .string(PrivateKey(generating: .p256).multikey),
      "clientId": "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback&scope=atproto",
    ]
    try folder.write(session.jsonString(), to: "state/atproto/\(Self.name(did))")
  }

  func run(_ arguments: String...) throws -> (status: Int32, lines: [String], errors: String) {
    let child = try ChildProcess(atproto: arguments, in: folder)
    return (child.status, child.lines, String(decoding: child.error, as: UTF8.self))
  }

  private final class Heads: Sendable {
    let origin = Mutex("http://127.0.0.1:1")
    let calls = Mutex<[String]>([])
    private let isRevoked: Bool

    init(isRevoked: Bool) {
      self.isRevoked = isRevoked
    }

    func answer(_ head: String) -> (status: Int, fields: [String], DataValue) {
      let lines = head.split(separator: "\r\n")
      let words = (lines.first ?? "").split(separator: " ")
      let path = String((words.dropFirst().first ?? "").prefix { $0 != "?" })
      let origin = origin.withLock { $0 }
      func field(_ name: String) -> String? {
        lines.first { $0.lowercased().hasPrefix("\(name):") }
          .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
      }
      switch path {
      case "/.well-known/oauth-authorization-server":
        // Without an endpoint for revocation.
        return (200, [], Self.metadata(origin))
      case "/oauth/token":
        // The head of the form only; the session is not known.
        return (400, ["DPoP-Nonce: n"], ["error": "invalid_grant"])
      default:
        guard field("authorization") == "DPoP access-0", let proof = field("dpop") else {
          return (400, [], ["error": "InvalidRequest"])
        }
        let nonce = Self.claims(of: proof)?["nonce"]?.string
        let (status, error): (Int, DataValue)
        if nonce != "n" {
          (status, error) = (401, ["error": "use_dpop_nonce"])
        } else if isRevoked {
          (status, error) = (401, ["error": "invalid_token"])
        } else {
          (status, error) = (200, ["did": .string(did), "handle": .string(handle), "active": true])
        }
        calls.withLock { $0.append("\(path) \(status)") }
        return (status, ["DPoP-Nonce: n"], error)
      }
    }

    /// The claims of a proof, without a check of its signature.
    private static func claims(of proof: String) -> DataValue? {
      let parts = proof.split(separator: ".")
      guard parts.count == 3, let bytes = Base64.url.decode(parts[1]) else { return nil }
      return try? DataValue(json: bytes)
    }

    private static func metadata(_ origin: String) -> DataValue {
      [
        "issuer": .string(origin), "authorization_endpoint": .string("\(origin)/oauth/authorize"),
        "token_endpoint": .string("\(origin)/oauth/token"),
        "pushed_authorization_request_endpoint": .string("\(origin)/oauth/par"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
        "scopes_supported": ["atproto"], "dpop_signing_alg_values_supported": ["ES256"],
        "authorization_response_iss_parameter_supported": true,
        "require_pushed_authorization_requests": true,
        "client_id_metadata_document_supported": true,
      ]
    }
  }
}

private let did = OAuthSessionFixture.did
private let handle = OAuthSessionFixture.handle
