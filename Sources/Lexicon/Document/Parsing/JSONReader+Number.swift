extension JSONReader {
  //   number = [ "-" ] int [ "." 1*digit ] [ ( "e" / "E" ) [ "+" / "-" ] 1*digit ]
  //   int    = "0" / digit1-9 *digit

  mutating func readNumber() throws(DocumentFault) -> LocatedValue {
    let start = index
    let isNegative = take(UInt8(ascii: "-"))
    let digits = index
    try skipDigits()
    if bytes[digits] == UInt8(ascii: "0"), index > digits + 1 {
      throw DocumentFault("json-syntax", at: start, "a number with a leading zero")
    }
    var isInteger = true
    if take(UInt8(ascii: ".")) {
      isInteger = false
      try skipDigits()
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isInteger = false
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try skipDigits()
    }
    let range = start..<index
    guard isInteger else {
      return LocatedValue(.number(String(decoding: bytes[range], as: UTF8.self)), range: range)
    }
    guard let value = integer(digits..<index, isNegative: isNegative) else {
      faults.append(
        .integerTooLarge(String(decoding: bytes[range], as: UTF8.self), at: start)
      )
      return LocatedValue(.tooLarge, range: range)
    }
    return LocatedValue(.integer(value), range: range)
  }

  private mutating func skipDigits() throws(DocumentFault) {
    let start = index
    while index < bytes.count, bytes[index] &- 0x30 < 10 { index += 1 }
    guard index > start else { throw unexpected("a digit") }
  }

  private func integer(_ digits: Range<Int>, isNegative: Bool) -> Int? {
    var value = 0
    for position in digits {
      let digit = Int(bytes[position] - 0x30)
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) =
        isNegative
        ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
      if overflow || carry { return nil }
      value = sum
    }
    return value
  }
}
