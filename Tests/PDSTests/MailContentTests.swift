import ATProtoSyntax
import Foundation
import ServiceKit
import Testing

@testable import PDS

@Suite struct MailContentTests {
  @Test(arguments: MailTokenPurpose.allCases)
  func mailNamesTheHandleAndKeepsTheTokenOutOfItsSubject(purpose: MailTokenPurpose)
    async throws
  {
    let sender = MemoryMailSender()
    let mailer = Mailer(sender: sender, from: try MailAddress("noreply@pds.test"))
    let token = MailToken.make()
    #expect(token.wholeMatch(of: /[A-Z2-7]{5}-[A-Z2-7]{5}/) != nil)
    try await mailer.send(
      MailContent(purpose, token: token, handle: "alice.test", server: "pds.test"),
      to: "alice@mail.test"
    )
    let message = try #require(sender.messages.first)
    #expect(message.recipient.text == "alice@mail.test")
    #expect(message.text.contains("\n\(token)\n") && message.text.contains("@alice.test"))
    #expect(message.text.contains("It expires in 15 minutes and works once. Do not share it."))
    // Not in the subject, which is shown on lock screens.
    #expect(!message.text.components(separatedBy: "\n\n")[0].contains(token))
  }
}
