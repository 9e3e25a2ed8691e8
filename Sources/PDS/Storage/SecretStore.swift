/// The server's own secrets.
protocol SecretStore {
  func secret(_ name: String) throws -> [UInt8]?
  func setSecret(_ name: String, _ value: [UInt8]) throws
}
