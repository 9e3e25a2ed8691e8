import ATProtoCrypto
package import ATProtoSyntax

/// An email to one recipient in its final form (RFC 5322, but with lines that end in LF, as
/// mailboxes and sendmail expect).
package struct MailMessage: Sendable {
  package let sender: MailAddress
  package let recipient: MailAddress
  /// Headers and body.
  package let text: String

  /// - Parameter body: plain text with lines of any length.
  ///
  /// Throws ``MailError/Code/invalidSubject`` if the subject is longer than one line.
  package init(
    from sender: MailAddress,
    to recipient: MailAddress,
    subject: String,
    body: String,
    at instant: Datetime.Instant = .now
  ) throws(MailError) {
    self.sender = sender
    self.recipient = recipient
    guard subject.utf8.count <= 500, subject.unicodeScalars.allSatisfy(Self.isPrintable) else {
      throw MailError(.invalidSubject, "the subject must be one line of at most 500 bytes")
    }
    let lines = body.split(omittingEmptySubsequences: false) { $0.isNewline }
    // RFC 5322, 2.1.1: lines have at most 998 bytes.
    let isPlain = lines.allSatisfy { line in
      line.utf8.count <= 998
        && line.utf8.allSatisfy { (0x20...0x7e).contains($0) || $0 == 0x09 }
    }
    let domain = sender.text.split(separator: "@")[1]
    text =
      """
      From: <\(sender.text)>
      To: <\(recipient.text)>
      Subject: \(Self.encodedWords(subject))
      Date: \(Self.date(instant))
      Message-ID: <\(SecureRandom.base32(20))@\(domain)>
      Auto-Submitted: auto-generated
      MIME-Version: 1.0
      Content-Type: text/plain; charset=utf-8
      Content-Transfer-Encoding: \(isPlain ? "7bit" : "quoted-printable")


      """
      + lines.map { isPlain ? String($0) : Self.quotedPrintable($0) + "\n" }
      .joined(separator: isPlain ? "\n" : "") + (isPlain ? "\n" : "")
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate: false
    default: true
    }
  }

  /// RFC 2047, 2 and 5: text beyond ASCII is encoded in words of at most 75 characters, none of which
  /// splits a character.
  private static func encodedWords(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 < 0x80 }), !text.contains("=?"), text.utf8.count <= 900 {
      return text
    }
    var words: [[UInt8]] = [[]]
    for character in text.unicodeScalars {
      let bytes = Array(character.utf8)
      if words[words.count - 1].count + bytes.count > 45 { words.append([]) }
      words[words.count - 1] += bytes
    }
    return words.map { "=?utf-8?B?\(Base64.padded.encode($0))?=" }.joined(separator: "\n ")
  }

  /// RFC 2045, 6.7: lines of at most 76 characters, with white space at their end encoded.
  private static func quotedPrintable(_ line: Substring) -> String {
    var result = ""
    var width = 0
    let bytes = Array(line.utf8)
    for (index, byte) in bytes.enumerated() {
      let isSpace = byte == 0x20 || byte == 0x09
      let isLiteral =
        (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "=")
        || isSpace && index < bytes.count - 1
      let text =
        isLiteral
        ? String(UnicodeScalar(byte)) : "=" + Hex.encode([byte], .upper)
      // One column is reserved for the soft break.
      if width + text.utf8.count > 75 {
        result += "=\n"
        width = 0
      }
      result += text
      width += text.utf8.count
    }
    return result
  }

  /// RFC 5322, 3.3, in UTC.
  private static func date(_ instant: Datetime.Instant) -> String {
    let days = Int(instant.seconds).floorDivided(by: 86_400)
    let second = Int(instant.seconds) - days * 86_400
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][
      days - days.floorDivided(by: 7) * 7
    ]
    // Datetime computes the calendar date: YYYY-MM-DD.
    let parts = (Datetime(instant)?.string ?? "1970-01-01").prefix(10).split(separator: "-")
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let month = months[(Int(parts[1]) ?? 1) - 1]
    let clock = [second / 3600, second / 60 % 60, second % 60]
      .map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    return "\(weekday), \(parts[2]) \(month) \(parts[0]) \(clock) +0000"
  }
}

extension Int {
  fileprivate func floorDivided(by divisor: Int) -> Int {
    (self - (self % divisor + divisor) % divisor) / divisor
  }
}
