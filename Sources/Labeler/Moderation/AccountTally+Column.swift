import ATProtoSyntax

extension AccountTally {
  /// The counts as unsigned varints, in the order of their raw values.
  package var column: [UInt8] {
    var bytes: [UInt8] = []
    for count in Count.allCases { Varint.append(self[count], to: &bytes) }
    return bytes
  }

  /// Reads stored counts. Counts that a later version added are zero in older rows.
  package init(column: [UInt8]) {
    self.init()
    var rest = column[...]
    for count in Count.allCases {
      let bytes = Array(rest)
      guard case .value(let value, let size) = Varint.read(bytes.span) else { return }
      self[count] = Int(clamping: value)
      rest = rest.dropFirst(size)
    }
  }
}
