import ATProtoCrypto
import ATProtoIdentity
import ATProtoSyntax
import Foundation
import PLCDirectory
import SQLiteStorage
import TestSupport
import Testing

/// The kinds of stores.
enum StoreKind: CaseIterable, CustomTestStringConvertible {
  case memory
  case sqlite

  var testDescription: String { "\(self)" }

  func make(in folder: TemporaryFolder) throws -> any PLCStore {
    switch self {
    case .memory: MemoryPLCStore()
    case .sqlite: try SQLitePLCStore(directory: folder.path)
    }
  }
}

/// Keys of an identity and its first operation.
struct Person {
  let recovery = PrivateKey(generating: .p256)
  let rotation = PrivateKey(generating: .k256)
  let genesis: PLCOperation

  init(_ handle: Handle = "alice.test") {
    let data = PLCData(
      signingKey: rotation.publicKey,
      rotationKeys: [recovery.publicKey, rotation.publicKey],
      handle: handle,
      pds: "https://pds.test"
    )
    genesis = PLCOperation(genesis: data, signedBy: rotation)
  }

  var did: DID { genesis.did }
}
