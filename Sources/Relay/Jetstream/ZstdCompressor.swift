import CZstd
import Synchronization

/// A dictionary for messages, which a client must have too.
package struct ZstdDictionary: Sendable {
  /// The largest dictionary that is accepted, in bytes.
  static let maximumSize = 4 << 20

  package let bytes: [UInt8]
  /// The ID in the header of each frame that needs it.
  package let id: UInt32

  /// - Throws: if the bytes do not begin like a dictionary of the Zstandard format (RFC 8878, 5).
  package init(_ bytes: [UInt8]) throws(ZstdError) {
    guard bytes.count <= Self.maximumSize else {
      throw ZstdError("the dictionary has more than \(Self.maximumSize) bytes")
    }
    let id = bytes.withUnsafeBytes { ZSTD_getDictID_fromDict($0.baseAddress, $0.count) }
    guard id != 0 else { throw ZstdError("the file is not a valid zstd dictionary") }
    self.bytes = bytes
    self.id = id
  }
}

/// Why messages cannot be compressed.
package struct ZstdError: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// Compresses messages, each to one frame of the Zstandard format with its size in the header.
///
/// Without a dictionary, frames can be decompressed by clients that have loaded any dictionary: a
/// frame says in its header whether it needs one.
package final class ZstdCompressor: Sendable {
  private static let level: Int32 = 3
  /// The maximum number of contexts that are kept for later messages.
  private static let maximumIdle = 4

  /// A context, which one thread at a time may use.
  private struct Context: @unchecked Sendable {
    let pointer: OpaquePointer
  }

  package let dictionary: ZstdDictionary?
  /// Read by all threads and never changed.
  private nonisolated(unsafe) let prepared: OpaquePointer?
  private let idle = Mutex<[Context]>([])

  package init(dictionary: ZstdDictionary? = nil) throws(ZstdError) {
    self.dictionary = dictionary
    guard let dictionary else {
      prepared = nil
      return
    }
    prepared = dictionary.bytes.withUnsafeBytes {
      ZSTD_createCDict($0.baseAddress, $0.count, Self.level)
    }
    guard prepared != nil else { throw ZstdError("the dictionary cannot be loaded") }
  }

  deinit {
    for context in idle.withLock({ $0 }) { ZSTD_freeCCtx(context.pointer) }
    if let prepared { ZSTD_freeCDict(prepared) }
  }

  package func compress(_ message: some Collection<UInt8>) throws(ZstdError) -> [UInt8] {
    let context = try context()
    defer { release(context) }
    let message = ContiguousArray(message)
    let capacity = ZSTD_compressBound(message.count)
    var result = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
      result = message.withUnsafeBytes { input in
        if let prepared {
          ZSTD_compress_usingCDict(
            context.pointer,
            output.baseAddress,
            capacity,
            input.baseAddress,
            input.count,
            prepared
          )
        } else {
          ZSTD_compressCCtx(
            context.pointer,
            output.baseAddress,
            capacity,
            input.baseAddress,
            input.count,
            Self.level
          )
        }
      }
      count = ZSTD_isError(result) == 0 ? result : 0
    }
    guard ZSTD_isError(result) == 0 else {
      throw ZstdError("cannot compress a message: \(String(cString: ZSTD_getErrorName(result)))")
    }
    return bytes
  }

  private func context() throws(ZstdError) -> Context {
    if let context = idle.withLock({ $0.popLast() }) { return context }
    guard let pointer = ZSTD_createCCtx() else {
      throw ZstdError("cannot allocate memory for compression")
    }
    return Context(pointer: pointer)
  }

  private func release(_ context: Context) {
    let isKept = idle.withLock { idle in
      guard idle.count < Self.maximumIdle else { return false }
      idle.append(context)
      return true
    }
    if !isKept { ZSTD_freeCCtx(context.pointer) }
  }
}
