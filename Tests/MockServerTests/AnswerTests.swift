import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Foundation
import HTTPTypes
import Lexicon
import MockServer
import TestSupport
import Testing

/// docs/mock.md, "Answers".
@Suite struct AnswerTests {
  @Test("the output of every query without parameters validates")
  func outputsValidate() async throws {
    try await MockFixture.serve { server in
      let bsky = PythonEnvironment.package.appending(path: "Lexicons/app").path
      let catalog = MockLexicons(paths: [bsky]).checked.catalog
      var checked = 0
      for document in catalog.documents {
        guard case .query(let method)? = document[definition: "main"]?.kind,
          let schema = method.output?.schema,
          !(method.parameters?.properties ?? []).contains(where: \.isRequired)
        else { continue }
        let nsid = document.id.value.string
        if nsid == "com.atproto.server.getSession" { continue }
        let answer = try await server.get(nsid)
        #expect(answer.status == 200, "\(nsid): \(answer.message)")
        let violations = catalog.validate(answer.value, against: schema, rules: .strict)
        #expect(violations.isEmpty, "\(nsid): \(violations.map(\.path))")
        checked += 1
      }
      #expect(checked > 20)
    }
  }

  @Test("equal calls have equal answers in any order of parameters; another seed changes them")
  func answersAreDeterministic() async throws {
    var first: [UInt8] = []
    try await MockFixture.serve { server in
      first = try await server.get("com.example.getThing?name=a&size=2").body
      #expect(try await server.get("com.example.getThing?size=2&name=a").body == first)
      #expect(try await server.get("com.example.getThing?size=2&name=a&other=1").body == first)
      let name = try #require(HTTPField.Name("x-mock-seed"))
      let other = try await server.get("com.example.getThing?name=a&size=2", [name: "9"])
      #expect(other.status == 200 && other.body != first)
      #expect(try await server.get("com.example.getThing?name=b&size=2").body != first)
    }
    try await MockFixture.serve { server in
      _ = try await server.get("com.example.listThings")
      #expect(try await server.get("com.example.getThing?name=a&size=2").body == first)
    }
    try await MockFixture.serve {
      $0.seed = 9
    } during: { server in
      let other = try await server.get("com.example.getThing?name=a&size=2").body
      #expect(other != first)
    }
  }

  @Test("a method without output answers without a body; other types answer bytes")
  func otherBodies() async throws {
    try await MockFixture.serve { server in
      let empty = try await server.post("com.example.makeThing", ["name": "x"])
      #expect(empty.status == 200 && empty.body.isEmpty)
      let picture = try await server.get("com.example.getPicture")
      #expect(picture.fields[.contentType] == "application/octet-stream" && !picture.body.isEmpty)
      let did = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
      let archive = try await server.get("com.atproto.sync.getRepo?did=\(did)")
      #expect(archive.fields[.contentType] == "application/vnd.ipld.car")
      #expect(archive.body.count > 60)
    }
  }

  @Test("pages are full, all entries differ, and the last page has no cursor")
  func pages() async throws {
    try await MockFixture.serve { server in
      var entries: [DataValue] = []
      var sizes: [Int] = []
      var cursor: String?
      repeat {
        let suffix = cursor.map { "&cursor=\($0)" } ?? ""
        let page = try await server.get("com.example.listThings?limit=10\(suffix)").value
        let things = try #require(page["things"]?.array)
        entries += things
        sizes.append(things.count)
        cursor = page["cursor"]?.string
      } while cursor != nil && sizes.count < 9
      #expect(sizes == [10, 10, 5])
      #expect(Set(entries.map { $0.cborBytes() }).count == 25)
      let page = try await server.get("com.example.listThings").value
      #expect(page["things"]?.array?.count == 10)
      for forged in ["10", "x", "10.0000000000000000", ""] {
        let refused = try await server.get("com.example.listThings?cursor=\(forged)")
        #expect(refused.status == 400 && refused.error == "InvalidRequest")
      }
    }
    try await MockFixture.serve {
      $0.items = 3
    } during: { server in
      let page = try await server.get("com.example.listThings").value
      #expect(page["things"]?.array?.count == 3 && page["cursor"] == nil)
    }
  }

  @Test("an identifier in the parameters is whom the answer is about")
  func identifiersReappear() async throws {
    try await MockFixture.serve { server in
      let handle = "someone.test"
      let resolved = try await server.get(
        "com.atproto.identity.resolveHandle?handle=\(handle)"
      ).value
      let did = try #require(resolved["did"]?.string)
      #expect((try? DID(did)) != nil)
      for identifier in [handle, did] {
        let thing = try await server.get("com.example.getThing?name=a&actor=\(identifier)").value
        #expect(thing["did"]?.string == did && thing["handle"]?.string == handle)
        let profile = try await server.get("app.bsky.actor.getProfile?actor=\(identifier)").value
        #expect(profile["did"]?.string == did && profile["handle"]?.string == handle)
      }
      let uri = "at://\(did)/app.bsky.feed.post/3jui7kd54zh2y"
      let thread = try await server.get("app.bsky.feed.getPostThread?uri=\(uri)").value
      #expect(thread["thread"]?["post"]?["uri"]?.string == uri)
    }
  }
}
