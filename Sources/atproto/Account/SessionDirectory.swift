import ATProtoHTTP
import ATProtoSyntax
import Foundation
import OAuthClient
import XRPCClient

/// The stored sessions of this user, in `$XDG_STATE_HOME/atproto` or `~/.local/state/atproto`: one
/// file per account, and the link `session.json` to the default account, which is the one that logged
/// in last.
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

  /// The sessions of logins in the browser.
  var tokenStore: DirectoryTokenStore { DirectoryTokenStore(path: path) }

  /// The session of a login with a password.
  func passwordStore(of did: DID) -> FileSessionStore {
    FileSessionStore(path: file(SessionPlace(did: did, kind: .password)))
  }

  /// Where the session of an account is.
  ///
  /// - Parameter account: a handle or a DID; nil for the default account.
  /// - Returns: nil if there is no session of the account.
  func place(of account: String?) async throws -> SessionPlace? {
    let files = FileManager.default
    guard let account else {
      let link = "\(path)/\(Self.current)"
      return (try? files.destinationOfSymbolicLink(atPath: link)).flatMap(SessionPlace.init)
    }
    let wanted = ParsedArgument.withoutAt(account)
    if let did = try? DID(wanted) {
      return SessionPlace.Kind.allCases.map { SessionPlace(did: did, kind: $0) }
        .first { files.fileExists(atPath: file($0)) }
    }
    for session in await sessions() where session.handle == wanted.lowercased() {
      return session.place
    }
    return nil
  }

  /// Reads a session; nil if it is gone.
  func load(_ place: SessionPlace) async throws(SessionStoreError) -> KeptSession? {
    switch place.kind {
    case .password: try await passwordStore(of: place.did).load().map { .password($0) }
    case .oauth: try await tokenStore.session(of: place.did).map { .oauth($0) }
    }
  }

  /// All sessions, sorted by handle.
  func sessions() async -> [KeptSession] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    var sessions: [KeptSession] = []
    for place in names.compactMap(SessionPlace.init) {
      // A file without a valid session is skipped; logging in again replaces it.
      if let session = try? await load(place) { sessions.append(session) }
    }
    return sessions.sorted { $0.handle < $1.handle }
  }

  /// Creates the directory, which only this user can read.
  func prepare() throws {
    let files = FileManager.default
    try files.createDirectory(
      atPath: path,
      withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700]
    )
    try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
  }

  /// Stores the session of a login with a password.
  func keep(_ session: StoredSession) async throws {
    try prepare()
    let store = passwordStore(of: try DID(session.tokens.did.string))
    // Not during a refresh, which would then overwrite this session with its own.
    try await store.exclusively { () async -> Result<Void, SessionStoreError> in
      await Result { () async throws(SessionStoreError) in try await store.save(session) }
    }.get()
  }

  /// Makes an account the default.
  func makeDefault(_ place: SessionPlace) throws {
    let number = String(UInt64.random(in: .min ... .max), radix: 36)
    let temporary = "\(path)/\(Self.current).\(number)"
    try FileManager.default.createSymbolicLink(
      atPath: temporary,
      withDestinationPath: place.fileName
    )
    guard rename(temporary, "\(path)/\(Self.current)") == 0 else {
      let reason = String(cString: strerror(errno))
      throw SessionStoreError(code: .unwritable, reason: "cannot replace \(path): \(reason)")
    }
  }

  /// Deletes a session here only.
  func remove(_ place: SessionPlace) async throws {
    switch place.kind {
    case .password: try await passwordStore(of: place.did).clear()
    case .oauth: try await tokenStore.removeSession(of: place.did)
    }
    removeDanglingLink()
  }

  /// Removes the link to the default account if its session is gone, after a log-out.
  func removeDanglingLink() {
    let link = "\(path)/\(Self.current)"
    let files = FileManager.default
    // `fileExists` follows the link.
    guard !files.fileExists(atPath: link) else { return }
    try? files.removeItem(atPath: link)
  }

  private func file(_ place: SessionPlace) -> String { "\(path)/\(place.fileName)" }
}
