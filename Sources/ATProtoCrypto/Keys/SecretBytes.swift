import CLibCrypto

/// Secret bytes: wiped when the last reference goes, and never printed.
///
/// Copies that are handed out live as long as their use and are not wiped.
final class SecretBytes: @unchecked Sendable {
  // Memory of its own and not an array, whose storage a copy would share when it is wiped.
  private let memory: UnsafeMutableBufferPointer<UInt8>

  init(_ bytes: [UInt8]) {
    memory = .allocate(capacity: bytes.count)
    _ = memory.initialize(fromContentsOf: bytes)
  }

  deinit {
    OPENSSL_cleanse(memory.baseAddress, memory.count)
    memory.deallocate()
  }

  var copy: [UInt8] {
    [UInt8](memory)
  }
}

extension SecretBytes: CustomReflectable {
  var customMirror: Mirror { Mirror(self, children: []) }
}
