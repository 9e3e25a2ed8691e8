import ATProtoHTTP
import ATProtoSyntax
import Foundation
import XRPC
import XRPCClient

/// The stored sessions of this user, in `$XDG_STATE_HOME/atproto` or `~/.local/state/atproto`: one
/// file per account, named after its DID, and the link `session.json` to the default account, which
/// is the account that logged in last.
struct SessionDirectory {
  let path: String

  private static let current = "session.json"

  init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    // XDG Base Directory Specification: relative paths must be ignored.
    let state =
      environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
      ?? (environment["HOME"] ?? NSHomeDirectory()) + "/.local/state"
    path = state + "/atproto"
  }

  func store(of did: DID) -> FileSessionStore {
    FileSessionStore(path: file(of: did.string))
  }

  /// The store of an account.
  ///
  /// - Parameter account: a handle or a DID; nil for the default account.
  /// - Returns: nil if there is no session for the account.
  func store(of account: String?) async throws -> FileSessionStore? {
    guard let account else {
      let link = "\(path)/\(Self.current)"
      let files = FileManager.default
      guard let name = try? files.destinationOfSymbolicLink(atPath: link), !name.contains("/")
      else { return nil }
      return FileSessionStore(path: "\(path)/\(name)")
    }
    let wanted = ParsedArgument.withoutAt(account)
    if let did = try? DID(wanted) { return store(of: did) }
    for session in await sessions() where session.tokens.handle.string == wanted.lowercased() {
      return FileSessionStore(path: file(of: session.tokens.did.string))
    }
    return nil
  }

  /// All sessions, sorted by handle.
  func sessions() async -> [StoredSession] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    var sessions: [StoredSession] = []
    for name in names where name.hasPrefix("did:") && name.hasSuffix(".json") {
      // A file without a valid session is skipped; logging in again replaces it.
      if let session = try? await FileSessionStore(path: "\(path)/\(name)").load() {
        sessions.append(session)
      }
    }
    return sessions.sorted { $0.tokens.handle.string < $1.tokens.handle.string }
  }

  /// Stores a session, and makes its account the default.
  func keep(_ session: StoredSession) async throws {
    let files = FileManager.default
    let did = try DID(session.tokens.did.string)
    try files.createDirectory(
      atPath: path,
      withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700]
    )
    try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    let store = store(of: did)
    // Wait for a refresh under way, which would otherwise overwrite this session.
    try await store.exclusively { () async -> Result<Void, SessionStoreError> in
      await Result { () async throws(SessionStoreError) in try await store.save(session) }
    }.get()
    let number = String(UInt64.random(in: .min ... .max), radix: 36)
    let temporary = "\(path)/\(Self.current).\(number)"
    try files.createSymbolicLink(
      atPath: temporary,
      withDestinationPath: "\(did.string).json"
    )
    guard rename(temporary, "\(path)/\(Self.current)") == 0 else {
      let reason = String(cString: strerror(errno))
      throw SessionStoreError(code: .unwritable, reason: "cannot replace \(path): \(reason)")
    }
  }

  /// Removes the link to the default account if a logout has removed its session.
  func removeDanglingLink() {
    let link = "\(path)/\(Self.current)"
    let files = FileManager.default
    // `fileExists` follows the link.
    guard !files.fileExists(atPath: link) else { return }
    try? files.removeItem(atPath: link)
  }

  private func file(of did: String) -> String {
    "\(path)/\(did).json"
  }
}
