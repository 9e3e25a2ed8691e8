// number = [ "-" ] int [ frac ] [ exp ]                                       RFC 8259, 6
// int    = "0" / ( digit1-9 *DIGIT )
// frac   = "." 1*DIGIT
// exp    = ( "e" / "E" ) [ "-" / "+" ] 1*DIGIT

extension DataReader {
  /// Reads a number that is a 64-bit integer in any notation: `123`, `123.0`, `1e3`.
  mutating func jsonInteger() throws(DataError) -> Int {
    let first = try peekToken()
    let start = offset
    let isNegative = first == UInt8(ascii: "-")
    if isNegative { offset += 1 }
    let digits = offset
    var value: UInt64 = 0
    while offset < input.byteCount {
      let digit = input.byte(offset) &- UInt8(ascii: "0")
      if digit > 9 { break }
      // Nineteen digits fit; longer numbers are checked below.
      value = value &* 10 &+ UInt64(digit)
      offset += 1
    }
    let count = offset - digits
    if count == 0 {
      offset = start
      if isNegative { throw DataError(.syntax, at: start, "expected a number") }
      throw jsonMismatch("an integer")
    }
    if count > 1 && input.byte(digits) == UInt8(ascii: "0") {
      throw DataError(.syntax, at: start, "a number with a leading zero")
    }
    if offset < input.byteCount {
      switch input.byte(offset) {
      case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        return try scaledInteger(start, isNegative)
      default: break
      }
    }
    guard count < 20, value <= UInt64(Int64.max) + (isNegative ? 1 : 0) else {
      throw integerRange(start)
    }
    return isNegative ? Int(truncatingIfNeeded: 0 &- value) : Int(value)
  }

  @inline(never)
  private func integerRange(_ start: Int) -> DataError {
    DataError(.integerRange, at: start, "an integer beyond 64 bits")
  }

  /// Reads the rest of a number that has a fraction or an exponent, using only decimal arithmetic.
  @inline(never)
  private mutating func scaledInteger(
    _ start: Int,
    _ isNegative: Bool
  ) throws(DataError) -> Int {
    let whole = isNegative ? start + 1 : start
    let wholeEnd = offset
    var fraction = offset..<offset
    if try peek() == UInt8(ascii: ".") {
      offset += 1
      let begin = offset
      skipDigits()
      if offset == begin { throw DataError(.syntax, at: start, "no digits after the point") }
      fraction = begin..<offset
    }
    var exponent = 0
    if offset < input.byteCount, input.byte(offset) | 0x20 == UInt8(ascii: "e") {
      offset += 1
      let sign = try peek()
      if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { offset += 1 }
      let begin = offset
      while offset < input.byteCount {
        let digit = input.byte(offset) &- UInt8(ascii: "0")
        if digit > 9 { break }
        exponent = min(exponent * 10 + Int(digit), 1 << 40)
        offset += 1
      }
      if offset == begin { throw DataError(.syntax, at: start, "no digits in the exponent") }
      if sign == UInt8(ascii: "-") { exponent = -exponent }
    }
    // The digits of both parts, and the position of the point among them.
    let point = wholeEnd - whole + exponent
    let count = wholeEnd - whole + fraction.count
    var magnitude: UInt64 = 0
    var overflows = false
    for place in 0..<count {
      let inFraction = place - (wholeEnd - whole)
      let index = inFraction < 0 ? whole + place : fraction.lowerBound + inFraction
      let digit = UInt64(input.byte(index) - UInt8(ascii: "0"))
      if place < point {
        let (product, first) = magnitude.multipliedReportingOverflow(by: 10)
        let (sum, second) = product.addingReportingOverflow(digit)
        overflows = overflows || first || second
        magnitude = sum
      } else if digit != 0 {
        throw DataError(.float, at: start, "a number with a fraction")
      }
    }
    if magnitude != 0 && point > count {
      for _ in 0..<min(point - count, 20) {
        let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
        overflows = overflows || overflow
        magnitude = product
      }
    }
    guard !overflows, magnitude <= UInt64(Int64.max) + (isNegative ? 1 : 0) else {
      throw integerRange(start)
    }
    return isNegative ? Int(truncatingIfNeeded: 0 &- magnitude) : Int(magnitude)
  }

  private mutating func skipDigits() {
    while offset < input.byteCount, input.byte(offset) &- UInt8(ascii: "0") <= 9 { offset += 1 }
  }
}
