import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import PDS
import Testing
import XRPC

@Suite struct DurabilityTests {
  @Test func concurrentWritesToOneAccountAreSerialized() async throws {
    let account = try await TestServer().signUp()
    let revs = try await withThrowingTaskGroup(of: String.self) { group in
      for writer in 0..<8 {
        group.addTask {
          var last = ""
          for index in 0..<5 {
            let output = try await account.create(.post("x"), rkey: "w\(writer)-\(index)")
            last = output.commit?.rev.string ?? ""
          }
          return last
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let (commit, records) = try await account.verifiedExport()
    #expect(records.count == 40)
    #expect(commit.rev.string == revs.max())
  }

  @Test func oneOfConcurrentSwapsSucceeds() async throws {
    let account = try await TestServer().signUp()
    let head = try await account.verifiedExport().commit.cid.string
    let outcomes = await withTaskGroup(of: String.self) { group in
      for index in 0..<4 {
        group.addTask {
          do {
            _ = try await account.create(.post("x"), rkey: "k\(index)", swapCommit: head)
            return "written"
          } catch {
            return (error as? any Refusal)?.refusal ?? "\(error)"
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.count { $0 == "written" } == 1)
    #expect(outcomes.count { $0 == "400 InvalidSwap" } == 3)
  }

  @Test func handleIsAssignedOnce() async throws {
    let server = try TestServer()
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for index in 0..<4 {
        group.addTask {
          var input = ComAtproto.Server.CreateAccount.Input.sample("alice")
          input.email = "\(index)@mail.test"
          return (try? await server.client.comAtproto.server.createAccount(input)) != nil
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.count { $0 } == 1)
  }

  @Test func dataSurvivesARestart() async throws {
    let first = try TestServer()
    let account = try await first.signUp()
    let written = try await account.create(.post("kept"), rkey: "kept")
    try first.server.close()

    let second = try TestServer(folder: first.folder)
    let again = TestAccount(server: second, output: account.output)
    #expect(try await again.record("kept").cid == written.cid)
    // The session goes on, and the next commit follows.
    let next = try await again.create(.post("next"))
    #expect(try #require(next.commit).rev.parsed() > #require(written.commit).rev.parsed())
    #expect(try await again.verifiedExport().records.count == 2)
  }

  @Test func dataIsReadableByItsOwnerOnly() throws {
    let server = try TestServer()
    for path in [server.folder.path, server.folder.appendingPathComponent("pds.sqlite").path] {
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      let mode = try #require(attributes[.posixPermissions] as? NSNumber).intValue
      #expect(mode & 0o077 == 0, "\(path)")
    }
  }
}
