import ATProtoData
import ATProtoSyntax
import LexiconResolution
import Testing

@Suite struct LexiconReferenceTests {
  static let cid = "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"

  @Test(
    "an NSID, a CID, and an AT-URI with a DID are parsed",
    arguments: [
      ("com.example.note", "com.example.note", nil, nil),
      ("COM.Example.fooBar", "com.example.fooBar", nil, nil),
      ("com.example.note@\(cid)", "com.example.note", cid, nil),
      (
        "at://did:web:example.com/com.atproto.lexicon.schema/com.example.note",
        "com.example.note", nil, "did:web:example.com"
      ),
      (
        "at://did:web:example.com/com.atproto.lexicon.schema/Com.example.note@\(cid)",
        "com.example.note", cid, "did:web:example.com"
      ),
    ] as [(String, String, String?, String?)]
  )
  func validReferencesAreParsed(_ text: String, _ nsid: String, _ cid: String?, _ did: String?)
    throws
  {
    let reference = try LexiconReference(text)
    #expect(reference.nsid.string == nsid)
    #expect(reference.cid?.string == cid)
    #expect(reference.did?.string == did)
    #expect(try LexiconReference(reference.description) == reference)
  }

  @Test(
    "anything else is a usage error",
    arguments: [
      "", "note", "com.example", "com.example.note#main", "com.example.note.", "com.example.*",
      "com..note", "com.example.3d", "com.exämple.note", "com.example.note@",
      "com.example.note@abc",
      "com.example.note@\(cid)@\(cid)", "@\(cid)",
      // A CID of raw bytes, and one of version 0.
      "com.example.note@bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
      "com.example.note@QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbdG",
      "at://alice.com/com.atproto.lexicon.schema/com.example.note",
      "at://did:web:example.com/com.example.other/com.example.note",
      "at://did:web:example.com/com.atproto.lexicon.schema/note",
      "at://did:web:example.com/com.atproto.lexicon.schema/com.example.note#main",
      "at://did:web:example.com/com.atproto.lexicon.schema/com.example.note/",
      "at://did:web:example.com/com.atproto.lexicon.schema", "at://did:web:example.com",
      "https://example.com", " com.example.note", "com.example.note\n",
    ]
  )
  func invalidReferencesAreRefused(_ text: String) {
    let error = #expect(throws: LexiconError.self) { try LexiconReference(text) }
    #expect(error?.code == .invalidNsid)
    #expect(error?.exitCode == 2)
  }

  @Test("a group has the documents of its domain authority, not of subdomains")
  func groupContainsItsDocuments() throws {
    for text in ["com.example.*", "com.example.", "Com.EXAMPLE.*"] {
      let group = try #require(LexiconGroup(text))
      #expect(group.description == "com.example.*")
      #expect(group.domain == "example.com")
      #expect(group.contains("com.example.note"))
      #expect(!group.contains("com.example.sub.note"))
      #expect(!group.contains("com.examples.note"))
    }
    for text in ["com.example.note", "com.*", "*", ".", "com..*", "com.example.**", ""] {
      #expect(LexiconGroup(text) == nil, "\(text)")
    }
  }
}
