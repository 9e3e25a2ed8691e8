/// A session that ``SessionFile`` can keep.
public protocol StorableSession: Sendable {
  /// Decodes a session; nil if the bytes are not what ``jsonBytes()`` writes.
  init?(json: [UInt8])
  /// Encodes the session, with its secrets.
  func jsonBytes() -> [UInt8]
}

/// Keeps the session of a login with a password in a file.
public typealias FileSessionStore = SessionFile<StoredSession>

/// Keeps a session in a file that only its owner can read. The file is replaced atomically: a reader
/// finds the old session or the new one, even after a crash.
public actor SessionFile<Session: StorableSession>: SessionStore {
  private let file: PrivateFile

  /// A larger file is not a session.
  private static var maximumBytes: Int { 256 << 10 }

  /// Creates a store.
  ///
  /// - Parameter path: the path of the file, in an existing directory.
  public init(path: String) {
    file = PrivateFile(path)
  }

  /// Reads the file; nil if it does not exist.
  public func load() throws(SessionStoreError) -> Session? {
    guard let bytes = try file.read(upTo: Self.maximumBytes) else { return nil }
    guard let session = Session(json: bytes) else {
      throw SessionStoreError(code: .malformed, reason: "\(file.path) is not a valid session file")
    }
    return session
  }

  /// Replaces the file.
  public func save(_ session: Session) throws(SessionStoreError) {
    try file.replace(with: session.jsonBytes())
  }

  /// Deletes the file.
  public func clear() throws(SessionStoreError) {
    try file.remove()
  }

  /// Runs `body` while no other task or process does so for this file.
  public func exclusively<Value: Sendable>(
    _ body: @Sendable () async -> Value
  ) async throws(SessionStoreError) -> Value {
    try await file.locked(body)
  }
}
