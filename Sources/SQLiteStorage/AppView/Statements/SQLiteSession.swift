import AppView
import GRDBSQLite
import ServiceKit
import Synchronization

/// The prepared statements of one connection, which an index executes dozens of times for each record:
/// GRDB's own statements take several times as long as what they do here.
///
/// `@unchecked`: a session is used only while GRDB lends its connection to a closure, so by one thread
/// at a time.
final class SQLiteSession: @unchecked Sendable {
  let connection: OpaquePointer
  private var statements: [String: SQLiteStatement] = [:]
  private var deadline: ContinuousClock.Instant?
  /// Statements since the deadline was last checked.
  private var unchecked = 0

  init(_ connection: OpaquePointer) {
    self.connection = connection
  }

  /// The most statements that stay prepared. Lists of columns and values make several hundred.
  private static let capacity = 1_000

  /// The texts of the statements that were prepared, for tests of their plans.
  var texts: [String] { Array(statements.keys) }

  /// A statement that is not in use.
  private func statement(_ sql: String) throws -> SQLiteStatement {
    if let statement = statements[sql] {
      guard statement.isBusy else { return statement }
      return try SQLiteStatement(sql, self)
    }
    if statements.count >= Self.capacity { statements = statements.filter { $0.value.isBusy } }
    let statement = try SQLiteStatement(sql, self)
    statements[sql] = statement
    return statement
  }

  /// Executes a statement without rows.
  func run(_ sql: String, _ arguments: SQLiteValue...) throws {
    try checkDeadline()
    let statement = try statement(sql)
    defer { statement.reset() }
    try statement.bind(arguments)
    while try statement.step() {}
  }

  /// Executes a statement that is not needed again.
  func runOnce(_ sql: String) throws {
    let statement = try SQLiteStatement(sql, self)
    while try statement.step() {}
  }

  /// Calls `body` for each row.
  func forEach(
    _ sql: String,
    _ arguments: [SQLiteValue],
    _ body: (SQLiteStatement) throws -> Void
  ) throws {
    try checkDeadline()
    let statement = try statement(sql)
    defer { statement.reset() }
    try statement.bind(arguments)
    while try statement.step() { try body(statement) }
  }

  /// The first row; nil if there is none.
  func first<Value>(
    _ sql: String,
    _ arguments: SQLiteValue...,
    row: (SQLiteStatement) throws -> Value
  ) throws -> Value? {
    try checkDeadline()
    let statement = try statement(sql)
    defer { statement.reset() }
    try statement.bind(arguments)
    return try statement.step() ? row(statement) : nil
  }

  /// Calls `body` with the first row for each list of arguments; nil if there is none. For statements
  /// that are executed hundreds of times in a row.
  func forEachFirst<Item>(
    of items: some Sequence<Item>,
    _ sql: String,
    _ arguments: (Item) -> [SQLiteValue],
    _ body: (Item, SQLiteStatement) throws -> Void
  ) throws {
    let statement = try statement(sql)
    for item in items {
      try checkDeadline()
      defer { statement.reset() }
      try statement.bind(arguments(item))
      if try statement.step() { try body(item, statement) }
    }
  }

  func all<Value>(
    _ sql: String,
    _ arguments: SQLiteValue...,
    row: (SQLiteStatement) throws -> Value
  ) throws -> [Value] {
    var values: [Value] = []
    try forEach(sql, arguments) { values.append(try row($0)) }
    return values
  }

  var changes: Int { Int(sqlite3_changes(connection)) }
  var lastInsertedID: Int64 { sqlite3_last_insert_rowid(connection) }

  /// Finalizes the statements, without which the connection cannot be closed.
  func close() {
    statements = [:]
  }

  // MARK: Deadlines

  /// Interrupts the statements of `body` after a deadline, on this connection only.
  func withDeadline<Value>(
    _ deadline: ContinuousClock.Instant?,
    _ body: () throws -> Value
  ) throws -> Value {
    guard let deadline else { return try body() }
    self.deadline = deadline
    unchecked = Self.interval
    let context = Unmanaged.passUnretained(self).toOpaque()
    sqlite3_progress_handler(
      connection,
      2_000,
      { context in
        guard let context else { return 0 }
        return Unmanaged<SQLiteSession>.fromOpaque(context).takeUnretainedValue().isLate ? 1 : 0
      },
      context
    )
    defer {
      sqlite3_progress_handler(connection, 0, nil, nil)
      self.deadline = nil
    }
    return try body()
  }

  private static let interval = 16

  private var isLate: Bool { deadline.map { $0 < .now } ?? false }

  /// Many short statements are together as long as a long one, which SQLite interrupts by itself.
  private func checkDeadline() throws {
    guard deadline != nil else { return }
    unchecked += 1
    guard unchecked >= Self.interval else { return }
    unchecked = 0
    if isLate { throw Self.late }
  }

  fileprivate static let late = AppViewStoreError(
    .deadline,
    "cannot finish the query: it takes too long"
  )

  fileprivate func error(_ code: Int32) -> any Error {
    if code & 0xFF == SQLITE_INTERRUPT { return Self.late }
    let reason = sqlite3_errmsg(connection).map { String(cString: $0) } ?? "error \(code)"
    return ServiceError(.storage, "cannot use the index: \(reason)")
  }
}

/// A prepared statement and, while it is executed, its current row.
final class SQLiteStatement {
  private let handle: OpaquePointer
  private unowned let session: SQLiteSession
  private(set) var isBusy = false

  fileprivate init(_ sql: String, _ session: SQLiteSession) throws {
    var handle: OpaquePointer?
    let code = sqlite3_prepare_v3(
      session.connection,
      sql,
      -1,
      UInt32(SQLITE_PREPARE_PERSISTENT),
      &handle,
      nil
    )
    guard code == SQLITE_OK, let handle else { throw session.error(code) }
    self.handle = handle
    self.session = session
  }

  deinit {
    sqlite3_finalize(handle)
  }

  fileprivate func bind(_ arguments: [SQLiteValue]) throws {
    isBusy = true
    for (index, argument) in arguments.enumerated() {
      let code = bind(argument, at: Int32(index + 1))
      guard code == SQLITE_OK else { throw session.error(code) }
    }
  }

  private func bind(_ argument: SQLiteValue, at index: Int32) -> Int32 {
    // SQLite copies the bytes.
    let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    switch argument {
    case .null: return sqlite3_bind_null(handle, index)
    case .integer(let number): return sqlite3_bind_int64(handle, index, number)
    case .text(var text):
      return text.withUTF8 { bytes in
        guard let start = bytes.baseAddress else {
          return sqlite3_bind_text(handle, index, "", 0, transient)
        }
        return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) { characters in
          sqlite3_bind_text(handle, index, characters, Int32(clamping: bytes.count), transient)
        }
      }
    case .bytes(let bytes):
      guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(handle, index, 0) }
      return bytes.withUnsafeBytes { buffer in
        sqlite3_bind_blob(
          handle,
          index,
          buffer.baseAddress,
          Int32(clamping: buffer.count),
          transient
        )
      }
    }
  }

  fileprivate func step() throws -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw session.error(code)
    }
  }

  fileprivate func reset() {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
    isBusy = false
  }

  // MARK: Columns

  func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

  func count(_ column: Int32) -> Int { Int(clamping: integer(column)) }

  func flag(_ column: Int32) -> Bool { integer(column) != 0 }

  func text(_ column: Int32) -> String {
    guard let start = sqlite3_column_text(handle, column) else { return "" }
    let count = Int(sqlite3_column_bytes(handle, column))
    return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  /// Empty for NULL.
  func bytes(_ column: Int32) -> [UInt8] {
    guard let start = sqlite3_column_blob(handle, column) else { return [] }
    let count = Int(sqlite3_column_bytes(handle, column))
    return Array(UnsafeRawBufferPointer(start: start, count: count))
  }

  func value(_ column: Int32) -> SQLiteValue {
    switch sqlite3_column_type(handle, column) {
    case SQLITE_INTEGER: .integer(integer(column))
    case SQLITE_TEXT: .text(text(column))
    case SQLITE_BLOB: .bytes(bytes(column))
    default: .null
    }
  }
}

/// A value of a statement.
enum SQLiteValue {
  case null
  case integer(Int64)
  case text(String)
  case bytes([UInt8])

  static func count(_ number: Int) -> SQLiteValue { .integer(Int64(clamping: number)) }
  static func flag(_ flag: Bool) -> SQLiteValue { .integer(flag ? 1 : 0) }
}
