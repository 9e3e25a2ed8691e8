import ATProtoIdentity

/// What an operation says, for people.
struct PLCReport {
  private let operation: PLCOperation

  init(_ operation: PLCOperation) {
    self.operation = operation
  }

  func add(to table: inout TextTable) {
    switch operation.content {
    case .tombstone: table.add("  says", "tombstone: the identity is given up")
    case .create(let data):
      table.add("  form", "create (legacy)")
      add(data, to: &table)
    case .operation(let data): add(data, to: &table)
    }
  }

  private func add(_ data: PLCData, to table: inout TextTable) {
    for alias in data.alsoKnownAs { table.add("  also known as", alias) }
    for (id, service) in data.services.sorted(by: { $0.key < $1.key }) {
      table.add("  #\(id)", "\(service.endpoint) (\(service.type))")
    }
    for (id, key) in data.verificationMethods.sorted(by: { $0.key < $1.key }) {
      table.add("  #\(id)", key)
    }
    for key in data.rotationKeys { table.add("  rotation key", key) }
  }
}
