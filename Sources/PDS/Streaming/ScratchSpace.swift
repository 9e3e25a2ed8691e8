import ATProtoHTTP
import Synchronization
import XRPC
import XRPCServer

/// The disk that bodies take on their way: exports that somebody reads slowly, repositories that are
/// brought along. The files have no names, so nothing but this bounds them, and where the disk is
/// full the database cannot be written either.
final class ScratchSpace: Sendable {
  private struct State {
    var total = 0
    var clients: [String: Int] = [:]
  }

  /// Where the files are.
  let folder: String
  private let limit: Int
  private let state = Mutex(State())

  /// - Parameter limit: bytes of all files.
  init(folder: String, limit: Int) {
    self.folder = folder
    self.limit = limit
  }

  /// Bytes of all files now.
  var used: Int { state.withLock { $0.total } }

  /// Nobody begins another file who has an eighth of the space.
  private var share: Int { limit / 8 }

  /// A new file, whose space is free again when it goes.
  ///
  /// Throws 503 where all is taken, or too much of it for one client.
  ///
  /// - Parameter client: who has it made; nil for one whose address is not known.
  func file(for client: String?) throws -> ScratchFile {
    let client = client ?? ""
    let isFree = state.withLock { $0.total < limit && $0.clients[client, default: 0] < share }
    guard isFree else { throw Self.full }
    return ScratchFile(try File(scratchIn: folder), self, client)
  }

  fileprivate func take(_ count: Int, _ client: String) throws(XRPCServerError) {
    let isTaken = state.withLock { state in
      guard state.total + count <= limit else { return false }
      state.total += count
      state.clients[client, default: 0] += count
      return true
    }
    guard isTaken else { throw Self.full }
  }

  fileprivate func giveBack(_ count: Int, _ client: String) {
    state.withLock { state in
      state.total -= count
      let rest = state.clients[client, default: 0] - count
      state.clients[client] = rest > 0 ? rest : nil
    }
  }

  private static let full = XRPCServerError.notEnoughResources("too much is under way")
}

/// A file without a name that is written and read, within a ``ScratchSpace``.
final class ScratchFile: Sendable {
  /// For reading.
  let file: File
  private let space: ScratchSpace
  private let client: String
  private let length = Atomic(0)

  fileprivate init(_ file: File, _ space: ScratchSpace, _ client: String) {
    self.file = file
    self.space = space
    self.client = client
  }

  /// Throws 503 where there is no space left for it.
  func write(_ bytes: [UInt8]) throws {
    try space.take(bytes.count, client)
    length.add(bytes.count, ordering: .relaxed)
    try file.write(bytes)
  }

  deinit {
    space.giveBack(length.load(ordering: .relaxed), client)
  }
}
