import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import Testing
import XRPC
import XRPCClient

@testable import PDS

@Suite struct PreferencesTests {
  typealias Item = AppBsky.Actor.Defs.PreferencesItem

  private static let adult = Item.adultContentPref(.init(enabled: true))
  private static let birth = Item.personalDetailsPref(
    .init(birthDate: FormatString("1990-05-06T00:00:00.000Z"))
  )
  private static let future = Item.unknown([
    "$type": "app.bsky.actor.defs#somethingNew", "b": 1, "a": ["x", ["y": nil]],
  ])
  private static let grownUp = Item.declaredAgePref(
    .init(isOverAge13: true, isOverAge16: true, isOverAge18: true)
  )

  private func put(_ client: XRPCClient, _ items: [Item]) async throws {
    try await client.appBsky.actor.putPreferences(.init(preferences: items))
  }

  private func get(_ client: XRPCClient) async throws -> [Item] {
    try await client.appBsky.actor.getPreferences().preferences
  }

  @Test func storedPreferencesAreReturned() async throws {
    let server = try TestServer()
    let (alice, bob) = (try await server.signUp(), try await server.signUp("bob"))
    #expect(try await get(alice.client).isEmpty)
    try await put(alice.client, [Self.future, Self.adult])
    #expect(try await get(alice.client) == [Self.future, Self.adult])
    #expect(try await get(bob.client).isEmpty)
    // They replace all previous ones.
    try await put(alice.client, [Self.adult])
    #expect(try await get(alice.client) == [Self.adult])
    try await put(alice.client, [])
    #expect(try await get(alice.client).isEmpty)
  }

  @Test func appPasswordSeesTheAgeButNotTheBirthDate() async throws {
    let account = try await TestServer().signUp()
    // A preference computed by the server is not stored.
    let lie = Item.declaredAgePref(.init(isOverAge13: false))
    try await put(account.client, [Self.birth, lie, Self.adult])
    #expect(try await get(account.client) == [Self.birth, Self.adult, Self.grownUp])
    let app = account.server.client(token: try await account.appToken())
    #expect(try await get(app) == [Self.adult, Self.grownUp])
    // If an app sends back what it received, the birth date is kept.
    try await put(app, [Self.future, Self.grownUp])
    #expect(try await get(account.client) == [Self.birth, Self.future, Self.grownUp])
    #expect(await refusal { try await put(app, [Self.birth]) } == "400 InvalidRequest")
    #expect(try await get(account.client).count == 3)
  }

  @Test(
    arguments: [
      ("2026-05-06T00:00:00Z", 36), ("2026-05-05T23:59:59Z", 35), ("2026-05-06T01:00:00+02:00", 35),
      ("2003-05-06T00:00:00Z", 13), ("1990-05-06T00:00:00Z", 0),
    ]
  )
  func ageIsInWholeYears(_ now: String, _ age: Int) throws {
    let present = try Datetime(now)
    let birth: Datetime = "1990-05-06T00:00:00Z"
    #expect(PreferencePolicy.age(at: present, of: birth) == age)
  }

  @Test(arguments: ["com.example.app.defs#pref", "app.bskyx.pref", "app.bsky"])
  func otherNamespaceIsRejected(_ type: String) async throws {
    let account = try await TestServer().signUp()
    try await put(account.client, [Self.adult])
    let refused = await refusal {
      try await put(account.client, [.unknown(["$type": .string(type)])])
    }
    #expect(refused == "400 InvalidRequest")
    #expect(try await get(account.client) == [Self.adult])
  }

  @Test func numberOfPreferencesIsLimited() async throws {
    let account = try await TestServer().signUp()
    let many = [Item](repeating: Self.adult, count: PreferencePolicy.maximumCount + 1)
    #expect(await refusal { try await put(account.client, many) } == "400 InvalidRequest")
    try await put(account.client, Array(many.dropLast()))
    let text = String(repeating: "x", count: 1 << 20)
    let large = Item.unknown(["$type": "app.bsky.actor.defs#x", "text": .string(text)])
    #expect(await refusal { try await put(account.client, [large]) } == "413 PayloadTooLarge")
  }

  @Test func preferencesRequireTheOwnersSession() async throws {
    let server = try TestServer()
    #expect(await refusal { try await get(server.client) } == "401 AuthMissing")
    #expect(await refusal { try await put(server.client, []) } == "401 AuthMissing")
  }

  /// A rejected call changes nothing.
  @Test func preferencesSurviveARestart() async throws {
    let server = try TestServer()
    let account = try await server.signUp()
    try await put(account.client, [Self.adult, Self.future])
    try server.server.close()
    let second = try TestServer(folder: server.folder)
    let seen = try await get(second.client(token: account.output.accessJwt))
    #expect(seen == [Self.adult, Self.future])
  }
}
