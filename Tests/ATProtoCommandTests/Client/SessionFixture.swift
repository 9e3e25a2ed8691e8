import ATProtoData
import Foundation
import Synchronization
import TestSupport

/// A session as stored by `login`, with an expired access token, and a server that refreshes it.
final class SessionFixture: Sendable {
  static let did = "did:web:alice.test"
  static let handle = "alice.test"
  static let record: DataValue = ["$type": "com.example.note", "text": "public"]

  let folder: TemporaryFolder
  private let server: FaultyServer
  private let tokens: Tokens

  /// - Parameter isRevoked: whether the server rejects the refresh token.
  init(isRevoked: Bool = false) throws {
    folder = try TemporaryFolder()
    let tokens = Tokens()
    self.tokens = tokens
    server = try FaultyServer { head in
      let (status, body) = tokens.answer(head, isRevoked: isRevoked)
      let text = body.jsonString()
      return FaultyServer.Script(
        bytes: """
          HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nContent-Length: \
          \(text.utf8.count)\r\nConnection: close\r\n\r\n\(text)
          """,
        end: .close
      )
    }
    try keep(Self.did, Self.handle, at: address)
    try folder.link("state/atproto/session.json", to: "\(Self.did).json")
  }

  var address: String { "http://127.0.0.1:\(server.port)" }
  var renewals: Int { tokens.renewals }
  var path: String { "state/atproto/\(Self.did).json" }

  func keep(_ did: String, _ handle: String, at service: String) throws {
    let session: DataValue = [
      "service": .string(service), "did": .string(did), "handle": .string(handle),
      "accessJwt": "access 0", "refreshJwt": "refresh 0",
    ]
    try folder.write(session.jsonString(), to: "state/atproto/\(did).json")
  }

  func run(_ arguments: String...) throws -> (status: Int32, lines: [String], errors: String) {
    let child = try ChildProcess(atproto: arguments, in: folder)
    return (child.status, child.lines, String(decoding: child.error, as: UTF8.self))
  }

  private final class Tokens: Sendable {
    private let count = Mutex(0)

    var renewals: Int { count.withLock { $0 } }

    func answer(_ head: String, isRevoked: Bool) -> (status: Int, DataValue) {
      let words = head.split(separator: " ", maxSplits: 2)
      let method = words.dropFirst().first?.split(separator: "?").first ?? ""
      let token = head.split(separator: "\r\n").first {
        $0.lowercased().hasPrefix("authorization: bearer ")
      }?.dropFirst("authorization: bearer ".count)
      let expired: DataValue = ["error": "ExpiredToken", "message": "Token has expired"]
      return count.withLock { count in
        switch method {
        case "/xrpc/com.atproto.server.refreshSession":
          guard !isRevoked, token ?? "" == "refresh \(count)" else { return (400, expired) }
          count += 1
          // Gives another process time to try to refresh.
          usleep(200_000)
          return (
            200,
            [
              "did": .string(SessionFixture.did), "handle": .string(SessionFixture.handle),
              "accessJwt": .string("access \(count)"), "refreshJwt": .string("refresh \(count)"),
            ]
          )
        case "/xrpc/com.atproto.repo.getRecord", "/xrpc/com.atproto.repo.listRecords":
          guard token == nil || count > 0 && token ?? "" == "access \(count)" else {
            return (400, expired)
          }
          let record: DataValue = [
            "uri": .string("at://\(SessionFixture.did)/com.example.note/one"),
            "cid": "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a",
            "value": SessionFixture.record,
          ]
          return (200, method.hasSuffix("listRecords") ? ["records": [record]] : record)
        default:
          guard count > 0, token ?? "" == "access \(count)" else { return (400, expired) }
          return (
            200,
            [
              "did": .string(SessionFixture.did), "handle": .string(SessionFixture.handle),
              "active": true,
            ]
          )
        }
      }
    }
  }
}

extension ChildProcess {
  /// Runs the executable with the sessions in a directory.
  init(atproto arguments: [String], in folder: TemporaryFolder) throws {
    try self.init(
      URL(filePath: "/usr/bin/env"),
      ["XDG_STATE_HOME=\(folder.path)/state", try ChildProcess.built("atproto").path] + arguments
    )
  }
}
