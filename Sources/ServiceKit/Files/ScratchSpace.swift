package import ATProtoHTTP
import Synchronization
import XRPC
import XRPCServer

/// The disk space for bodies in transit: exports that a client reads slowly, repositories that are
/// being imported. The files have no names, so this is the only limit on their size; if they filled
/// the disk, the database could not be written either.
package final class ScratchSpace: Sendable {
  private struct State {
    var total = 0
    var clients: [String: Int] = [:]
  }

  /// The directory of the files.
  package let directory: String
  private let limit: Int
  private let state = Mutex(State())

  /// - Parameter limit: the most bytes in all files together.
  package init(directory: String, limit: Int) {
    self.directory = directory
    self.limit = limit
  }

  /// The number of bytes in all files now.
  package var used: Int { state.withLock { $0.total } }

  /// A client that already uses an eighth of the space cannot start another file.
  private var share: Int { limit / 8 }

  /// Creates a file. Its space is released when the object is deallocated.
  ///
  /// Throws 503 if no space is left, or if this client uses too much of it.
  ///
  /// - Parameter client: the client's network, or nil if it is unknown.
  package func file(for client: String?) throws -> ScratchFile {
    let client = client ?? ""
    let isFree = state.withLock { $0.total < limit && $0.clients[client, default: 0] < share }
    guard isFree else { throw Self.full }
    return ScratchFile(try File(scratchIn: directory), self, client)
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

  private static let full = XRPCServerError.notEnoughResources(
    "too many transfers are in progress; try again later"
  )
}

/// An unnamed file for writing and reading, within a ``ScratchSpace``.
package final class ScratchFile: Sendable {
  /// The file, to read from.
  package let file: File
  private let space: ScratchSpace
  private let client: String
  private let length = Atomic(0)

  fileprivate init(_ file: File, _ space: ScratchSpace, _ client: String) {
    self.file = file
    self.space = space
    self.client = client
  }

  /// Appends `bytes`. Throws 503 if there is not enough space for them.
  package func write(_ bytes: [UInt8]) throws {
    try space.take(bytes.count, client)
    length.add(bytes.count, ordering: .relaxed)
    try file.write(bytes)
  }

  deinit {
    space.giveBack(length.load(ordering: .relaxed), client)
  }
}
