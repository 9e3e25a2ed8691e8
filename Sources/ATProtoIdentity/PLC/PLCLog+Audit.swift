public import ATProtoData
public import ATProtoSyntax

extension PLCLog {
  /// Verifies the response of a PLC directory to `/:did/log/audit`: an array of all operations with
  /// the PLC directory's `did`, `cid`, `createdAt`, and `nullified`.
  ///
  /// Each operation is appended as if it were new, and the PLC directory's statements about it are
  /// compared with the result.
  ///
  /// - Throws: ``PLCError/Code/falseLog`` if they differ, or the error of the first invalid operation.
  public init(verifying audit: DataValue, of did: DID) throws(PLCError) {
    self.init(of: did)
    guard let lines = audit.array, !lines.isEmpty else {
      throw PLCError(.falseLog, "the audit log is not an array with operations")
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
      let word =
        entry.isNullified ? "in force, but it is nullified" : "nullified, but it is in force"
      throw PLCError(.falseLog, "operation \(index): the PLC directory says that it is \(word)")
    }
  }

  /// - Returns: whether the PLC directory says that the operation is nullified.
  private mutating func append(audited line: DataValue) throws(PLCError) -> Bool {
    guard let value = line["operation"], let isNullified = line["nullified"]?.boolean,
      let createdAt = line["createdAt"]?.string.flatMap({ try? Datetime($0) })
    else {
      throw PLCError(.falseLog, "the value is not an entry of an audit log")
    }
    guard line["did"]?.string == did.string else {
      throw PLCError(.falseLog, "the entry belongs to another DID")
    }
    let operation = try PLCOperation(value)
    guard line["cid"]?.string == operation.cid.description else {
      throw PLCError(
        .falseLog,
        "the CID of the entry is not the CID of the operation, \(operation.cid)"
      )
    }
    try append(operation, at: createdAt)
    return isNullified
  }

  /// The log as a PLC directory returns it for `/:did/log/audit`.
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
