public import ATProtoData
public import ATProtoSyntax

extension PLCLog {
  /// Verifies what a directory answers to `/:did/log/audit`: an array of every operation with the
  /// directory's `did`, `cid`, `createdAt` and `nullified`.
  ///
  /// Each operation is appended as if it came now, and what the directory says of it is compared
  /// with what follows.
  public init(verifying audit: DataValue, of did: DID) throws(PLCError) {
    self.init(of: did)
    guard let lines = audit.array, !lines.isEmpty else {
      throw PLCError(.falseLog, "the log is no array with operations")
    }
    var claims: [Bool] = []
    for (index, line) in lines.enumerated() {
      do throws(PLCError) {
        claims.append(try append(audited: line))
      } catch {
        throw PLCError(error.code, "operation \(index): \(error.reason)")
      }
    }
    for (index, entry) in entries.enumerated() where entry.isNullified != claims[index] {
      let word = entry.isNullified ? "in force, but is nullified" : "nullified, but is in force"
      throw PLCError(.falseLog, "operation \(index): the directory says it is \(word)")
    }
  }

  /// - Returns: whether the directory says that the operation is nullified.
  private mutating func append(audited line: DataValue) throws(PLCError) -> Bool {
    guard let value = line["operation"], let isNullified = line["nullified"]?.boolean,
      let createdAt = line["createdAt"]?.string.flatMap({ try? Datetime($0) })
    else {
      throw PLCError(.falseLog, "not an entry of an audit log")
    }
    guard line["did"]?.string == did.string else {
      throw PLCError(.falseLog, "the entry is of another DID")
    }
    let operation = try PLCOperation(value)
    guard line["cid"]?.string == operation.cid.description else {
      throw PLCError(.falseLog, "the CID is not that of the operation, \(operation.cid)")
    }
    try append(operation, at: createdAt)
    return isNullified
  }

  /// The log as a directory answers it to `/:did/log/audit`.
  public var auditValue: DataValue {
    .array(entries.map { $0.exportValue(of: did, withNullified: true) })
  }
}

extension PLCLog.Entry {
  /// A line of an audit log or of an export.
  package func exportValue(of did: DID, withNullified: Bool) -> DataValue {
    var line: DataValue = [
      "did": .string(did.string),
      "operation": operation.value,
      "cid": .string(operation.cid.description),
      "createdAt": .string(createdAt.string),
    ]
    if withNullified { line["nullified"] = .boolean(isNullified) }
    return line
  }
}
