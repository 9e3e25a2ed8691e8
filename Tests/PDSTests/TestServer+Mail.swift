import Foundation
import Testing

extension TestServer {
  /// The mail that has been sent, oldest first, each with its headers.
  var mails: [String] {
    let path = folder.appending(path: "mail.mbox").path
    guard
      let text = FileManager.default.contents(atPath: path).map({
        String(decoding: $0, as: UTF8.self)
      })
    else { return [] }
    return ("\n" + text).components(separatedBy: "\nFrom ").dropFirst().map { "From " + $0 }
  }

  /// Waits for mail that is sent in the background.
  func waitForMail() async throws {
    for _ in 0..<1000 where mails.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
  }

  /// The token in the last mail.
  func mailedToken() throws -> String {
    let mail = try #require(mails.last)
    let token = try #require(mail.firstMatch(of: /(?m)^[A-Z2-7]{5}-[A-Z2-7]{5}$/))
    return String(token.output)
  }
}
