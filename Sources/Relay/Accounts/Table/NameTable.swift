/// Values that many accounts share, each kept once with a number, as long as an account uses it.
struct NameTable<Value: Hashable & Sendable>: Sendable {
  private var values: [Value?] = []
  private var uses: [Int] = []
  private var numbers: [Value: UInt32] = [:]
  private var free: [UInt32] = []

  var count: Int { numbers.count }

  /// Returns the number of a value, and counts a use of it.
  mutating func use(_ value: Value) -> UInt32 {
    if let number = numbers[value] {
      uses[Int(number)] += 1
      return number
    }
    let number: UInt32
    if let last = free.popLast() {
      number = last
      values[Int(number)] = value
      uses[Int(number)] = 1
    } else {
      number = UInt32(values.count)
      values.append(value)
      uses.append(1)
    }
    numbers[value] = number
    return number
  }

  /// Ends one use of a value.
  mutating func release(_ number: UInt32) {
    uses[Int(number)] -= 1
    guard uses[Int(number)] == 0, let value = values[Int(number)] else { return }
    numbers[value] = nil
    values[Int(number)] = nil
    free.append(number)
  }

  func number(of value: Value) -> UInt32? { numbers[value] }

  subscript(number: UInt32) -> Value? { values[Int(number)] }
}
