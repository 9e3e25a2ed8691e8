import ATProtoSyntax
import ServiceKit

extension MemoryOAuth {
  func set(_ device: OAuthDevice) throws {
    try change { $0.devices[device.id] = device }
  }

  func device(_ id: String) -> OAuthDevice? { table.devices[id] }

  func removeDevice(_ id: String) throws {
    try change { $0.removeDevice(id) }
  }

  func removeUnusedDevices(keeping count: Int) throws {
    let used = Set(table.signIns.keys.map(\.device))
    let unused = table.devices.values.filter { !used.contains($0.id) }
      .sorted { ($1.seenAt, $0.id) < ($0.seenAt, $1.id) }
    for device in unused.dropFirst(count) { try removeDevice(device.id) }
  }

  func devices(of did: DID) -> [OAuthDevice] {
    table.signIns.keys.filter { $0.did == did }.compactMap { table.devices[$0.device] }
      .sorted { ($1.seenAt, $0.id) < ($0.seenAt, $1.id) }
  }

  func set(_ signIn: OAuthSignIn) throws {
    try change(of: signIn.did) { table in
      guard table.devices[signIn.device] != nil else {
        throw ServiceError(.storage, "cannot store a sign-in: the device does not exist")
      }
      table.signIns[.init(device: signIn.device, did: signIn.did)] = signIn
    }
  }

  func signIns(on device: String) -> [OAuthSignIn] {
    newestFirst(table.signIns.values.filter { $0.device == device })
  }

  func removeSignIn(of did: DID, on device: String) throws {
    try change { $0.signIns[.init(device: device, did: did)] = nil }
  }

  func removeSignIns(of did: DID) throws {
    try removeSignIns(of: did, keeping: 0)
  }

  func removeSignIns(of did: DID, keeping count: Int) throws {
    let signIns = newestFirst(table.signIns.values.filter { $0.did == did })
    for signIn in signIns.dropFirst(count) { try removeSignIn(of: did, on: signIn.device) }
  }

  private func newestFirst(_ signIns: [OAuthSignIn]) -> [OAuthSignIn] {
    signIns.sorted {
      ($1.authenticatedAt, $0.device, $0.did.string)
        < ($0.authenticatedAt, $1.device, $1.did.string)
    }
  }
}
