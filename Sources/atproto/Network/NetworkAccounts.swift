import ATProtoData
import ATProtoSyntax
import Synchronization

/// An account of a development network, with the password to log in with.
struct NetworkAccount: Hashable, Sendable {
  let did: FormatString<DID>
  let handle: FormatString<Handle>
  let password: String
  /// The PDS of the account.
  let host: NetworkPlan.Member
  /// The base URL of the PDS.
  let address: String

  var dataValue: DataValue {
    [
      "did": .string(did.string), "handle": .string(handle.string),
      "password": .string(password), "pds": .string(address),
    ]
  }
}

/// What the page of a network shows: nothing until everything is up.
final class NetworkAccounts: Sendable {
  private let state = Mutex<[NetworkAccount]>([])

  var all: [NetworkAccount] { state.withLock { $0 } }

  func set(_ accounts: [NetworkAccount]) {
    state.withLock { $0 = accounts }
  }
}
