// Made by .ci/built-in-lexicons. The compiler reads the documents themselves, so an edited document
// needs no new list.

#include "CBuiltInLexicons.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char document0[] = {
#embed "../../Lexicons/app/bsky/actor/contentVisibilityDeclaration.json"
};
static const unsigned char document1[] = {
#embed "../../Lexicons/app/bsky/actor/defs.json"
};
static const unsigned char document2[] = {
#embed "../../Lexicons/app/bsky/actor/getPreferences.json"
};
static const unsigned char document3[] = {
#embed "../../Lexicons/app/bsky/actor/getProfile.json"
};
static const unsigned char document4[] = {
#embed "../../Lexicons/app/bsky/actor/getProfiles.json"
};
static const unsigned char document5[] = {
#embed "../../Lexicons/app/bsky/actor/getSuggestions.json"
};
static const unsigned char document6[] = {
#embed "../../Lexicons/app/bsky/actor/profile.json"
};
static const unsigned char document7[] = {
#embed "../../Lexicons/app/bsky/actor/putPreferences.json"
};
static const unsigned char document8[] = {
#embed "../../Lexicons/app/bsky/actor/searchActors.json"
};
static const unsigned char document9[] = {
#embed "../../Lexicons/app/bsky/actor/searchActorsTypeahead.json"
};
static const unsigned char document10[] = {
#embed "../../Lexicons/app/bsky/actor/status.json"
};
static const unsigned char document11[] = {
#embed "../../Lexicons/app/bsky/ageassurance/defs.json"
};
static const unsigned char document12[] = {
#embed "../../Lexicons/app/bsky/embed/defs.json"
};
static const unsigned char document13[] = {
#embed "../../Lexicons/app/bsky/embed/external.json"
};
static const unsigned char document14[] = {
#embed "../../Lexicons/app/bsky/embed/gallery.json"
};
static const unsigned char document15[] = {
#embed "../../Lexicons/app/bsky/embed/getEmbedExternalView.json"
};
static const unsigned char document16[] = {
#embed "../../Lexicons/app/bsky/embed/images.json"
};
static const unsigned char document17[] = {
#embed "../../Lexicons/app/bsky/embed/record.json"
};
static const unsigned char document18[] = {
#embed "../../Lexicons/app/bsky/embed/recordWithMedia.json"
};
static const unsigned char document19[] = {
#embed "../../Lexicons/app/bsky/embed/video.json"
};
static const unsigned char document20[] = {
#embed "../../Lexicons/app/bsky/feed/defs.json"
};
static const unsigned char document21[] = {
#embed "../../Lexicons/app/bsky/feed/describeFeedGenerator.json"
};
static const unsigned char document22[] = {
#embed "../../Lexicons/app/bsky/feed/generator.json"
};
static const unsigned char document23[] = {
#embed "../../Lexicons/app/bsky/feed/getActorFeeds.json"
};
static const unsigned char document24[] = {
#embed "../../Lexicons/app/bsky/feed/getActorLikes.json"
};
static const unsigned char document25[] = {
#embed "../../Lexicons/app/bsky/feed/getAuthorFeed.json"
};
static const unsigned char document26[] = {
#embed "../../Lexicons/app/bsky/feed/getFeed.json"
};
static const unsigned char document27[] = {
#embed "../../Lexicons/app/bsky/feed/getFeedGenerator.json"
};
static const unsigned char document28[] = {
#embed "../../Lexicons/app/bsky/feed/getFeedGenerators.json"
};
static const unsigned char document29[] = {
#embed "../../Lexicons/app/bsky/feed/getFeedSkeleton.json"
};
static const unsigned char document30[] = {
#embed "../../Lexicons/app/bsky/feed/getLikes.json"
};
static const unsigned char document31[] = {
#embed "../../Lexicons/app/bsky/feed/getListFeed.json"
};
static const unsigned char document32[] = {
#embed "../../Lexicons/app/bsky/feed/getPostThread.json"
};
static const unsigned char document33[] = {
#embed "../../Lexicons/app/bsky/feed/getPosts.json"
};
static const unsigned char document34[] = {
#embed "../../Lexicons/app/bsky/feed/getQuotes.json"
};
static const unsigned char document35[] = {
#embed "../../Lexicons/app/bsky/feed/getRepostedBy.json"
};
static const unsigned char document36[] = {
#embed "../../Lexicons/app/bsky/feed/getSuggestedFeeds.json"
};
static const unsigned char document37[] = {
#embed "../../Lexicons/app/bsky/feed/getTimeline.json"
};
static const unsigned char document38[] = {
#embed "../../Lexicons/app/bsky/feed/like.json"
};
static const unsigned char document39[] = {
#embed "../../Lexicons/app/bsky/feed/post.json"
};
static const unsigned char document40[] = {
#embed "../../Lexicons/app/bsky/feed/postgate.json"
};
static const unsigned char document41[] = {
#embed "../../Lexicons/app/bsky/feed/repost.json"
};
static const unsigned char document42[] = {
#embed "../../Lexicons/app/bsky/feed/searchPosts.json"
};
static const unsigned char document43[] = {
#embed "../../Lexicons/app/bsky/feed/searchPostsV2.json"
};
static const unsigned char document44[] = {
#embed "../../Lexicons/app/bsky/feed/sendInteractions.json"
};
static const unsigned char document45[] = {
#embed "../../Lexicons/app/bsky/feed/threadgate.json"
};
static const unsigned char document46[] = {
#embed "../../Lexicons/app/bsky/graph/block.json"
};
static const unsigned char document47[] = {
#embed "../../Lexicons/app/bsky/graph/defs.json"
};
static const unsigned char document48[] = {
#embed "../../Lexicons/app/bsky/graph/follow.json"
};
static const unsigned char document49[] = {
#embed "../../Lexicons/app/bsky/graph/getActorStarterPacks.json"
};
static const unsigned char document50[] = {
#embed "../../Lexicons/app/bsky/graph/getBlocks.json"
};
static const unsigned char document51[] = {
#embed "../../Lexicons/app/bsky/graph/getFollowers.json"
};
static const unsigned char document52[] = {
#embed "../../Lexicons/app/bsky/graph/getFollows.json"
};
static const unsigned char document53[] = {
#embed "../../Lexicons/app/bsky/graph/getKnownFollowers.json"
};
static const unsigned char document54[] = {
#embed "../../Lexicons/app/bsky/graph/getList.json"
};
static const unsigned char document55[] = {
#embed "../../Lexicons/app/bsky/graph/getListBlocks.json"
};
static const unsigned char document56[] = {
#embed "../../Lexicons/app/bsky/graph/getListMutes.json"
};
static const unsigned char document57[] = {
#embed "../../Lexicons/app/bsky/graph/getLists.json"
};
static const unsigned char document58[] = {
#embed "../../Lexicons/app/bsky/graph/getListsWithMembership.json"
};
static const unsigned char document59[] = {
#embed "../../Lexicons/app/bsky/graph/getMutes.json"
};
static const unsigned char document60[] = {
#embed "../../Lexicons/app/bsky/graph/getRelationships.json"
};
static const unsigned char document61[] = {
#embed "../../Lexicons/app/bsky/graph/getStarterPack.json"
};
static const unsigned char document62[] = {
#embed "../../Lexicons/app/bsky/graph/getStarterPacks.json"
};
static const unsigned char document63[] = {
#embed "../../Lexicons/app/bsky/graph/getStarterPacksWithMembership.json"
};
static const unsigned char document64[] = {
#embed "../../Lexicons/app/bsky/graph/getSuggestedFollowsByActor.json"
};
static const unsigned char document65[] = {
#embed "../../Lexicons/app/bsky/graph/list.json"
};
static const unsigned char document66[] = {
#embed "../../Lexicons/app/bsky/graph/listblock.json"
};
static const unsigned char document67[] = {
#embed "../../Lexicons/app/bsky/graph/listitem.json"
};
static const unsigned char document68[] = {
#embed "../../Lexicons/app/bsky/graph/muteActor.json"
};
static const unsigned char document69[] = {
#embed "../../Lexicons/app/bsky/graph/muteActorList.json"
};
static const unsigned char document70[] = {
#embed "../../Lexicons/app/bsky/graph/muteThread.json"
};
static const unsigned char document71[] = {
#embed "../../Lexicons/app/bsky/graph/searchStarterPacks.json"
};
static const unsigned char document72[] = {
#embed "../../Lexicons/app/bsky/graph/searchStarterPacksV2.json"
};
static const unsigned char document73[] = {
#embed "../../Lexicons/app/bsky/graph/starterpack.json"
};
static const unsigned char document74[] = {
#embed "../../Lexicons/app/bsky/graph/unmuteActor.json"
};
static const unsigned char document75[] = {
#embed "../../Lexicons/app/bsky/graph/unmuteActorList.json"
};
static const unsigned char document76[] = {
#embed "../../Lexicons/app/bsky/graph/unmuteThread.json"
};
static const unsigned char document77[] = {
#embed "../../Lexicons/app/bsky/graph/verification.json"
};
static const unsigned char document78[] = {
#embed "../../Lexicons/app/bsky/labeler/defs.json"
};
static const unsigned char document79[] = {
#embed "../../Lexicons/app/bsky/labeler/getServices.json"
};
static const unsigned char document80[] = {
#embed "../../Lexicons/app/bsky/labeler/service.json"
};
static const unsigned char document81[] = {
#embed "../../Lexicons/app/bsky/notification/declaration.json"
};
static const unsigned char document82[] = {
#embed "../../Lexicons/app/bsky/notification/defs.json"
};
static const unsigned char document83[] = {
#embed "../../Lexicons/app/bsky/notification/getPreferences.json"
};
static const unsigned char document84[] = {
#embed "../../Lexicons/app/bsky/notification/getUnreadCount.json"
};
static const unsigned char document85[] = {
#embed "../../Lexicons/app/bsky/notification/listActivitySubscriptions.json"
};
static const unsigned char document86[] = {
#embed "../../Lexicons/app/bsky/notification/listNotifications.json"
};
static const unsigned char document87[] = {
#embed "../../Lexicons/app/bsky/notification/putActivitySubscription.json"
};
static const unsigned char document88[] = {
#embed "../../Lexicons/app/bsky/notification/putPreferences.json"
};
static const unsigned char document89[] = {
#embed "../../Lexicons/app/bsky/notification/putPreferencesV2.json"
};
static const unsigned char document90[] = {
#embed "../../Lexicons/app/bsky/notification/registerPush.json"
};
static const unsigned char document91[] = {
#embed "../../Lexicons/app/bsky/notification/unregisterPush.json"
};
static const unsigned char document92[] = {
#embed "../../Lexicons/app/bsky/notification/updateSeen.json"
};
static const unsigned char document93[] = {
#embed "../../Lexicons/app/bsky/richtext/facet.json"
};
static const unsigned char document94[] = {
#embed "../../Lexicons/blue/microcosm/links/getBacklinkDids.json"
};
static const unsigned char document95[] = {
#embed "../../Lexicons/blue/microcosm/links/getBacklinks.json"
};
static const unsigned char document96[] = {
#embed "../../Lexicons/blue/microcosm/links/getBacklinksCount.json"
};
static const unsigned char document97[] = {
#embed "../../Lexicons/blue/microcosm/links/getManyToMany.json"
};
static const unsigned char document98[] = {
#embed "../../Lexicons/blue/microcosm/links/getManyToManyCounts.json"
};
static const unsigned char document99[] = {
#embed "../../Lexicons/chat/bsky/actor/defs.json"
};
static const unsigned char document100[] = {
#embed "../../Lexicons/chat/bsky/convo/defs.json"
};
static const unsigned char document101[] = {
#embed "../../Lexicons/chat/bsky/embed/joinLink.json"
};
static const unsigned char document102[] = {
#embed "../../Lexicons/chat/bsky/group/defs.json"
};
static const unsigned char document103[] = {
#embed "../../Lexicons/com/atproto/admin/defs.json"
};
static const unsigned char document104[] = {
#embed "../../Lexicons/com/atproto/admin/deleteAccount.json"
};
static const unsigned char document105[] = {
#embed "../../Lexicons/com/atproto/admin/disableAccountInvites.json"
};
static const unsigned char document106[] = {
#embed "../../Lexicons/com/atproto/admin/disableInviteCodes.json"
};
static const unsigned char document107[] = {
#embed "../../Lexicons/com/atproto/admin/enableAccountInvites.json"
};
static const unsigned char document108[] = {
#embed "../../Lexicons/com/atproto/admin/getAccountInfo.json"
};
static const unsigned char document109[] = {
#embed "../../Lexicons/com/atproto/admin/getAccountInfos.json"
};
static const unsigned char document110[] = {
#embed "../../Lexicons/com/atproto/admin/getInviteCodes.json"
};
static const unsigned char document111[] = {
#embed "../../Lexicons/com/atproto/admin/getSubjectStatus.json"
};
static const unsigned char document112[] = {
#embed "../../Lexicons/com/atproto/admin/searchAccounts.json"
};
static const unsigned char document113[] = {
#embed "../../Lexicons/com/atproto/admin/sendEmail.json"
};
static const unsigned char document114[] = {
#embed "../../Lexicons/com/atproto/admin/updateAccountEmail.json"
};
static const unsigned char document115[] = {
#embed "../../Lexicons/com/atproto/admin/updateAccountHandle.json"
};
static const unsigned char document116[] = {
#embed "../../Lexicons/com/atproto/admin/updateAccountPassword.json"
};
static const unsigned char document117[] = {
#embed "../../Lexicons/com/atproto/admin/updateAccountSigningKey.json"
};
static const unsigned char document118[] = {
#embed "../../Lexicons/com/atproto/admin/updateSubjectStatus.json"
};
static const unsigned char document119[] = {
#embed "../../Lexicons/com/atproto/identity/defs.json"
};
static const unsigned char document120[] = {
#embed "../../Lexicons/com/atproto/identity/getRecommendedDidCredentials.json"
};
static const unsigned char document121[] = {
#embed "../../Lexicons/com/atproto/identity/refreshIdentity.json"
};
static const unsigned char document122[] = {
#embed "../../Lexicons/com/atproto/identity/requestPlcOperationSignature.json"
};
static const unsigned char document123[] = {
#embed "../../Lexicons/com/atproto/identity/resolveDid.json"
};
static const unsigned char document124[] = {
#embed "../../Lexicons/com/atproto/identity/resolveHandle.json"
};
static const unsigned char document125[] = {
#embed "../../Lexicons/com/atproto/identity/resolveIdentity.json"
};
static const unsigned char document126[] = {
#embed "../../Lexicons/com/atproto/identity/signPlcOperation.json"
};
static const unsigned char document127[] = {
#embed "../../Lexicons/com/atproto/identity/submitPlcOperation.json"
};
static const unsigned char document128[] = {
#embed "../../Lexicons/com/atproto/identity/updateHandle.json"
};
static const unsigned char document129[] = {
#embed "../../Lexicons/com/atproto/label/defs.json"
};
static const unsigned char document130[] = {
#embed "../../Lexicons/com/atproto/label/queryLabels.json"
};
static const unsigned char document131[] = {
#embed "../../Lexicons/com/atproto/label/subscribeLabels.json"
};
static const unsigned char document132[] = {
#embed "../../Lexicons/com/atproto/lexicon/resolveLexicon.json"
};
static const unsigned char document133[] = {
#embed "../../Lexicons/com/atproto/lexicon/schema.json"
};
static const unsigned char document134[] = {
#embed "../../Lexicons/com/atproto/moderation/createReport.json"
};
static const unsigned char document135[] = {
#embed "../../Lexicons/com/atproto/moderation/defs.json"
};
static const unsigned char document136[] = {
#embed "../../Lexicons/com/atproto/repo/applyWrites.json"
};
static const unsigned char document137[] = {
#embed "../../Lexicons/com/atproto/repo/createRecord.json"
};
static const unsigned char document138[] = {
#embed "../../Lexicons/com/atproto/repo/defs.json"
};
static const unsigned char document139[] = {
#embed "../../Lexicons/com/atproto/repo/deleteRecord.json"
};
static const unsigned char document140[] = {
#embed "../../Lexicons/com/atproto/repo/describeRepo.json"
};
static const unsigned char document141[] = {
#embed "../../Lexicons/com/atproto/repo/getRecord.json"
};
static const unsigned char document142[] = {
#embed "../../Lexicons/com/atproto/repo/importRepo.json"
};
static const unsigned char document143[] = {
#embed "../../Lexicons/com/atproto/repo/listMissingBlobs.json"
};
static const unsigned char document144[] = {
#embed "../../Lexicons/com/atproto/repo/listRecords.json"
};
static const unsigned char document145[] = {
#embed "../../Lexicons/com/atproto/repo/putRecord.json"
};
static const unsigned char document146[] = {
#embed "../../Lexicons/com/atproto/repo/strongRef.json"
};
static const unsigned char document147[] = {
#embed "../../Lexicons/com/atproto/repo/uploadBlob.json"
};
static const unsigned char document148[] = {
#embed "../../Lexicons/com/atproto/server/activateAccount.json"
};
static const unsigned char document149[] = {
#embed "../../Lexicons/com/atproto/server/checkAccountStatus.json"
};
static const unsigned char document150[] = {
#embed "../../Lexicons/com/atproto/server/confirmEmail.json"
};
static const unsigned char document151[] = {
#embed "../../Lexicons/com/atproto/server/createAccount.json"
};
static const unsigned char document152[] = {
#embed "../../Lexicons/com/atproto/server/createAppPassword.json"
};
static const unsigned char document153[] = {
#embed "../../Lexicons/com/atproto/server/createInviteCode.json"
};
static const unsigned char document154[] = {
#embed "../../Lexicons/com/atproto/server/createInviteCodes.json"
};
static const unsigned char document155[] = {
#embed "../../Lexicons/com/atproto/server/createSession.json"
};
static const unsigned char document156[] = {
#embed "../../Lexicons/com/atproto/server/deactivateAccount.json"
};
static const unsigned char document157[] = {
#embed "../../Lexicons/com/atproto/server/defs.json"
};
static const unsigned char document158[] = {
#embed "../../Lexicons/com/atproto/server/deleteAccount.json"
};
static const unsigned char document159[] = {
#embed "../../Lexicons/com/atproto/server/deleteSession.json"
};
static const unsigned char document160[] = {
#embed "../../Lexicons/com/atproto/server/describeServer.json"
};
static const unsigned char document161[] = {
#embed "../../Lexicons/com/atproto/server/getAccountInviteCodes.json"
};
static const unsigned char document162[] = {
#embed "../../Lexicons/com/atproto/server/getServiceAuth.json"
};
static const unsigned char document163[] = {
#embed "../../Lexicons/com/atproto/server/getSession.json"
};
static const unsigned char document164[] = {
#embed "../../Lexicons/com/atproto/server/listAppPasswords.json"
};
static const unsigned char document165[] = {
#embed "../../Lexicons/com/atproto/server/refreshSession.json"
};
static const unsigned char document166[] = {
#embed "../../Lexicons/com/atproto/server/requestAccountDelete.json"
};
static const unsigned char document167[] = {
#embed "../../Lexicons/com/atproto/server/requestEmailConfirmation.json"
};
static const unsigned char document168[] = {
#embed "../../Lexicons/com/atproto/server/requestEmailUpdate.json"
};
static const unsigned char document169[] = {
#embed "../../Lexicons/com/atproto/server/requestPasswordReset.json"
};
static const unsigned char document170[] = {
#embed "../../Lexicons/com/atproto/server/reserveSigningKey.json"
};
static const unsigned char document171[] = {
#embed "../../Lexicons/com/atproto/server/resetPassword.json"
};
static const unsigned char document172[] = {
#embed "../../Lexicons/com/atproto/server/revokeAppPassword.json"
};
static const unsigned char document173[] = {
#embed "../../Lexicons/com/atproto/server/updateEmail.json"
};
static const unsigned char document174[] = {
#embed "../../Lexicons/com/atproto/sync/defs.json"
};
static const unsigned char document175[] = {
#embed "../../Lexicons/com/atproto/sync/getBlob.json"
};
static const unsigned char document176[] = {
#embed "../../Lexicons/com/atproto/sync/getBlocks.json"
};
static const unsigned char document177[] = {
#embed "../../Lexicons/com/atproto/sync/getCheckout.json"
};
static const unsigned char document178[] = {
#embed "../../Lexicons/com/atproto/sync/getHead.json"
};
static const unsigned char document179[] = {
#embed "../../Lexicons/com/atproto/sync/getHostStatus.json"
};
static const unsigned char document180[] = {
#embed "../../Lexicons/com/atproto/sync/getLatestCommit.json"
};
static const unsigned char document181[] = {
#embed "../../Lexicons/com/atproto/sync/getRecord.json"
};
static const unsigned char document182[] = {
#embed "../../Lexicons/com/atproto/sync/getRepo.json"
};
static const unsigned char document183[] = {
#embed "../../Lexicons/com/atproto/sync/getRepoStatus.json"
};
static const unsigned char document184[] = {
#embed "../../Lexicons/com/atproto/sync/listBlobs.json"
};
static const unsigned char document185[] = {
#embed "../../Lexicons/com/atproto/sync/listHosts.json"
};
static const unsigned char document186[] = {
#embed "../../Lexicons/com/atproto/sync/listRepos.json"
};
static const unsigned char document187[] = {
#embed "../../Lexicons/com/atproto/sync/listReposByCollection.json"
};
static const unsigned char document188[] = {
#embed "../../Lexicons/com/atproto/sync/notifyOfUpdate.json"
};
static const unsigned char document189[] = {
#embed "../../Lexicons/com/atproto/sync/requestCrawl.json"
};
static const unsigned char document190[] = {
#embed "../../Lexicons/com/atproto/sync/subscribeRepos.json"
};
static const unsigned char document191[] = {
#embed "../../Lexicons/com/atproto/temp/addReservedHandle.json"
};
static const unsigned char document192[] = {
#embed "../../Lexicons/com/atproto/temp/checkHandleAvailability.json"
};
static const unsigned char document193[] = {
#embed "../../Lexicons/com/atproto/temp/checkSignupQueue.json"
};
static const unsigned char document194[] = {
#embed "../../Lexicons/com/atproto/temp/dereferenceScope.json"
};
static const unsigned char document195[] = {
#embed "../../Lexicons/com/atproto/temp/fetchLabels.json"
};
static const unsigned char document196[] = {
#embed "../../Lexicons/com/atproto/temp/requestPhoneVerification.json"
};
static const unsigned char document197[] = {
#embed "../../Lexicons/com/atproto/temp/revokeAccountCredentials.json"
};
static const unsigned char document198[] = {
#embed "../../Lexicons/dev/lexgen/index/countRecords.json"
};
static const unsigned char document199[] = {
#embed "../../Lexicons/dev/lexgen/index/defs.json"
};
static const unsigned char document200[] = {
#embed "../../Lexicons/dev/lexgen/index/getStatus.json"
};
static const unsigned char document201[] = {
#embed "../../Lexicons/dev/lexgen/index/queryRecords.json"
};
static const unsigned char document202[] = {
#embed "../../Lexicons/dev/lexgen/index/searchRecords.json"
};
static const unsigned char document203[] = {
#embed "../../Lexicons/dev/lexgen/index/subscribeRecords.json"
};
static const unsigned char document204[] = {
#embed "../../Lexicons/tools/ozone/moderation/defs.json"
};
static const unsigned char document205[] = {
#embed "../../Lexicons/tools/ozone/moderation/emitEvent.json"
};
static const unsigned char document206[] = {
#embed "../../Lexicons/tools/ozone/moderation/getEvent.json"
};
static const unsigned char document207[] = {
#embed "../../Lexicons/tools/ozone/moderation/getRecord.json"
};
static const unsigned char document208[] = {
#embed "../../Lexicons/tools/ozone/moderation/getRepo.json"
};
static const unsigned char document209[] = {
#embed "../../Lexicons/tools/ozone/moderation/queryEvents.json"
};
static const unsigned char document210[] = {
#embed "../../Lexicons/tools/ozone/moderation/queryStatuses.json"
};
static const unsigned char document211[] = {
#embed "../../Lexicons/tools/ozone/server/getConfig.json"
};
static const unsigned char document212[] = {
#embed "../../Lexicons/tools/ozone/team/addMember.json"
};
static const unsigned char document213[] = {
#embed "../../Lexicons/tools/ozone/team/defs.json"
};
static const unsigned char document214[] = {
#embed "../../Lexicons/tools/ozone/team/deleteMember.json"
};
static const unsigned char document215[] = {
#embed "../../Lexicons/tools/ozone/team/listMembers.json"
};
static const unsigned char document216[] = {
#embed "../../Lexicons/tools/ozone/team/updateMember.json"
};

static const lexgen_document documents[] = {
    {"app.bsky.actor.contentVisibilityDeclaration", document0, sizeof document0},
    {"app.bsky.actor.defs", document1, sizeof document1},
    {"app.bsky.actor.getPreferences", document2, sizeof document2},
    {"app.bsky.actor.getProfile", document3, sizeof document3},
    {"app.bsky.actor.getProfiles", document4, sizeof document4},
    {"app.bsky.actor.getSuggestions", document5, sizeof document5},
    {"app.bsky.actor.profile", document6, sizeof document6},
    {"app.bsky.actor.putPreferences", document7, sizeof document7},
    {"app.bsky.actor.searchActors", document8, sizeof document8},
    {"app.bsky.actor.searchActorsTypeahead", document9, sizeof document9},
    {"app.bsky.actor.status", document10, sizeof document10},
    {"app.bsky.ageassurance.defs", document11, sizeof document11},
    {"app.bsky.embed.defs", document12, sizeof document12},
    {"app.bsky.embed.external", document13, sizeof document13},
    {"app.bsky.embed.gallery", document14, sizeof document14},
    {"app.bsky.embed.getEmbedExternalView", document15, sizeof document15},
    {"app.bsky.embed.images", document16, sizeof document16},
    {"app.bsky.embed.record", document17, sizeof document17},
    {"app.bsky.embed.recordWithMedia", document18, sizeof document18},
    {"app.bsky.embed.video", document19, sizeof document19},
    {"app.bsky.feed.defs", document20, sizeof document20},
    {"app.bsky.feed.describeFeedGenerator", document21, sizeof document21},
    {"app.bsky.feed.generator", document22, sizeof document22},
    {"app.bsky.feed.getActorFeeds", document23, sizeof document23},
    {"app.bsky.feed.getActorLikes", document24, sizeof document24},
    {"app.bsky.feed.getAuthorFeed", document25, sizeof document25},
    {"app.bsky.feed.getFeed", document26, sizeof document26},
    {"app.bsky.feed.getFeedGenerator", document27, sizeof document27},
    {"app.bsky.feed.getFeedGenerators", document28, sizeof document28},
    {"app.bsky.feed.getFeedSkeleton", document29, sizeof document29},
    {"app.bsky.feed.getLikes", document30, sizeof document30},
    {"app.bsky.feed.getListFeed", document31, sizeof document31},
    {"app.bsky.feed.getPostThread", document32, sizeof document32},
    {"app.bsky.feed.getPosts", document33, sizeof document33},
    {"app.bsky.feed.getQuotes", document34, sizeof document34},
    {"app.bsky.feed.getRepostedBy", document35, sizeof document35},
    {"app.bsky.feed.getSuggestedFeeds", document36, sizeof document36},
    {"app.bsky.feed.getTimeline", document37, sizeof document37},
    {"app.bsky.feed.like", document38, sizeof document38},
    {"app.bsky.feed.post", document39, sizeof document39},
    {"app.bsky.feed.postgate", document40, sizeof document40},
    {"app.bsky.feed.repost", document41, sizeof document41},
    {"app.bsky.feed.searchPosts", document42, sizeof document42},
    {"app.bsky.feed.searchPostsV2", document43, sizeof document43},
    {"app.bsky.feed.sendInteractions", document44, sizeof document44},
    {"app.bsky.feed.threadgate", document45, sizeof document45},
    {"app.bsky.graph.block", document46, sizeof document46},
    {"app.bsky.graph.defs", document47, sizeof document47},
    {"app.bsky.graph.follow", document48, sizeof document48},
    {"app.bsky.graph.getActorStarterPacks", document49, sizeof document49},
    {"app.bsky.graph.getBlocks", document50, sizeof document50},
    {"app.bsky.graph.getFollowers", document51, sizeof document51},
    {"app.bsky.graph.getFollows", document52, sizeof document52},
    {"app.bsky.graph.getKnownFollowers", document53, sizeof document53},
    {"app.bsky.graph.getList", document54, sizeof document54},
    {"app.bsky.graph.getListBlocks", document55, sizeof document55},
    {"app.bsky.graph.getListMutes", document56, sizeof document56},
    {"app.bsky.graph.getLists", document57, sizeof document57},
    {"app.bsky.graph.getListsWithMembership", document58, sizeof document58},
    {"app.bsky.graph.getMutes", document59, sizeof document59},
    {"app.bsky.graph.getRelationships", document60, sizeof document60},
    {"app.bsky.graph.getStarterPack", document61, sizeof document61},
    {"app.bsky.graph.getStarterPacks", document62, sizeof document62},
    {"app.bsky.graph.getStarterPacksWithMembership", document63, sizeof document63},
    {"app.bsky.graph.getSuggestedFollowsByActor", document64, sizeof document64},
    {"app.bsky.graph.list", document65, sizeof document65},
    {"app.bsky.graph.listblock", document66, sizeof document66},
    {"app.bsky.graph.listitem", document67, sizeof document67},
    {"app.bsky.graph.muteActor", document68, sizeof document68},
    {"app.bsky.graph.muteActorList", document69, sizeof document69},
    {"app.bsky.graph.muteThread", document70, sizeof document70},
    {"app.bsky.graph.searchStarterPacks", document71, sizeof document71},
    {"app.bsky.graph.searchStarterPacksV2", document72, sizeof document72},
    {"app.bsky.graph.starterpack", document73, sizeof document73},
    {"app.bsky.graph.unmuteActor", document74, sizeof document74},
    {"app.bsky.graph.unmuteActorList", document75, sizeof document75},
    {"app.bsky.graph.unmuteThread", document76, sizeof document76},
    {"app.bsky.graph.verification", document77, sizeof document77},
    {"app.bsky.labeler.defs", document78, sizeof document78},
    {"app.bsky.labeler.getServices", document79, sizeof document79},
    {"app.bsky.labeler.service", document80, sizeof document80},
    {"app.bsky.notification.declaration", document81, sizeof document81},
    {"app.bsky.notification.defs", document82, sizeof document82},
    {"app.bsky.notification.getPreferences", document83, sizeof document83},
    {"app.bsky.notification.getUnreadCount", document84, sizeof document84},
    {"app.bsky.notification.listActivitySubscriptions", document85, sizeof document85},
    {"app.bsky.notification.listNotifications", document86, sizeof document86},
    {"app.bsky.notification.putActivitySubscription", document87, sizeof document87},
    {"app.bsky.notification.putPreferences", document88, sizeof document88},
    {"app.bsky.notification.putPreferencesV2", document89, sizeof document89},
    {"app.bsky.notification.registerPush", document90, sizeof document90},
    {"app.bsky.notification.unregisterPush", document91, sizeof document91},
    {"app.bsky.notification.updateSeen", document92, sizeof document92},
    {"app.bsky.richtext.facet", document93, sizeof document93},
    {"blue.microcosm.links.getBacklinkDids", document94, sizeof document94},
    {"blue.microcosm.links.getBacklinks", document95, sizeof document95},
    {"blue.microcosm.links.getBacklinksCount", document96, sizeof document96},
    {"blue.microcosm.links.getManyToMany", document97, sizeof document97},
    {"blue.microcosm.links.getManyToManyCounts", document98, sizeof document98},
    {"chat.bsky.actor.defs", document99, sizeof document99},
    {"chat.bsky.convo.defs", document100, sizeof document100},
    {"chat.bsky.embed.joinLink", document101, sizeof document101},
    {"chat.bsky.group.defs", document102, sizeof document102},
    {"com.atproto.admin.defs", document103, sizeof document103},
    {"com.atproto.admin.deleteAccount", document104, sizeof document104},
    {"com.atproto.admin.disableAccountInvites", document105, sizeof document105},
    {"com.atproto.admin.disableInviteCodes", document106, sizeof document106},
    {"com.atproto.admin.enableAccountInvites", document107, sizeof document107},
    {"com.atproto.admin.getAccountInfo", document108, sizeof document108},
    {"com.atproto.admin.getAccountInfos", document109, sizeof document109},
    {"com.atproto.admin.getInviteCodes", document110, sizeof document110},
    {"com.atproto.admin.getSubjectStatus", document111, sizeof document111},
    {"com.atproto.admin.searchAccounts", document112, sizeof document112},
    {"com.atproto.admin.sendEmail", document113, sizeof document113},
    {"com.atproto.admin.updateAccountEmail", document114, sizeof document114},
    {"com.atproto.admin.updateAccountHandle", document115, sizeof document115},
    {"com.atproto.admin.updateAccountPassword", document116, sizeof document116},
    {"com.atproto.admin.updateAccountSigningKey", document117, sizeof document117},
    {"com.atproto.admin.updateSubjectStatus", document118, sizeof document118},
    {"com.atproto.identity.defs", document119, sizeof document119},
    {"com.atproto.identity.getRecommendedDidCredentials", document120, sizeof document120},
    {"com.atproto.identity.refreshIdentity", document121, sizeof document121},
    {"com.atproto.identity.requestPlcOperationSignature", document122, sizeof document122},
    {"com.atproto.identity.resolveDid", document123, sizeof document123},
    {"com.atproto.identity.resolveHandle", document124, sizeof document124},
    {"com.atproto.identity.resolveIdentity", document125, sizeof document125},
    {"com.atproto.identity.signPlcOperation", document126, sizeof document126},
    {"com.atproto.identity.submitPlcOperation", document127, sizeof document127},
    {"com.atproto.identity.updateHandle", document128, sizeof document128},
    {"com.atproto.label.defs", document129, sizeof document129},
    {"com.atproto.label.queryLabels", document130, sizeof document130},
    {"com.atproto.label.subscribeLabels", document131, sizeof document131},
    {"com.atproto.lexicon.resolveLexicon", document132, sizeof document132},
    {"com.atproto.lexicon.schema", document133, sizeof document133},
    {"com.atproto.moderation.createReport", document134, sizeof document134},
    {"com.atproto.moderation.defs", document135, sizeof document135},
    {"com.atproto.repo.applyWrites", document136, sizeof document136},
    {"com.atproto.repo.createRecord", document137, sizeof document137},
    {"com.atproto.repo.defs", document138, sizeof document138},
    {"com.atproto.repo.deleteRecord", document139, sizeof document139},
    {"com.atproto.repo.describeRepo", document140, sizeof document140},
    {"com.atproto.repo.getRecord", document141, sizeof document141},
    {"com.atproto.repo.importRepo", document142, sizeof document142},
    {"com.atproto.repo.listMissingBlobs", document143, sizeof document143},
    {"com.atproto.repo.listRecords", document144, sizeof document144},
    {"com.atproto.repo.putRecord", document145, sizeof document145},
    {"com.atproto.repo.strongRef", document146, sizeof document146},
    {"com.atproto.repo.uploadBlob", document147, sizeof document147},
    {"com.atproto.server.activateAccount", document148, sizeof document148},
    {"com.atproto.server.checkAccountStatus", document149, sizeof document149},
    {"com.atproto.server.confirmEmail", document150, sizeof document150},
    {"com.atproto.server.createAccount", document151, sizeof document151},
    {"com.atproto.server.createAppPassword", document152, sizeof document152},
    {"com.atproto.server.createInviteCode", document153, sizeof document153},
    {"com.atproto.server.createInviteCodes", document154, sizeof document154},
    {"com.atproto.server.createSession", document155, sizeof document155},
    {"com.atproto.server.deactivateAccount", document156, sizeof document156},
    {"com.atproto.server.defs", document157, sizeof document157},
    {"com.atproto.server.deleteAccount", document158, sizeof document158},
    {"com.atproto.server.deleteSession", document159, sizeof document159},
    {"com.atproto.server.describeServer", document160, sizeof document160},
    {"com.atproto.server.getAccountInviteCodes", document161, sizeof document161},
    {"com.atproto.server.getServiceAuth", document162, sizeof document162},
    {"com.atproto.server.getSession", document163, sizeof document163},
    {"com.atproto.server.listAppPasswords", document164, sizeof document164},
    {"com.atproto.server.refreshSession", document165, sizeof document165},
    {"com.atproto.server.requestAccountDelete", document166, sizeof document166},
    {"com.atproto.server.requestEmailConfirmation", document167, sizeof document167},
    {"com.atproto.server.requestEmailUpdate", document168, sizeof document168},
    {"com.atproto.server.requestPasswordReset", document169, sizeof document169},
    {"com.atproto.server.reserveSigningKey", document170, sizeof document170},
    {"com.atproto.server.resetPassword", document171, sizeof document171},
    {"com.atproto.server.revokeAppPassword", document172, sizeof document172},
    {"com.atproto.server.updateEmail", document173, sizeof document173},
    {"com.atproto.sync.defs", document174, sizeof document174},
    {"com.atproto.sync.getBlob", document175, sizeof document175},
    {"com.atproto.sync.getBlocks", document176, sizeof document176},
    {"com.atproto.sync.getCheckout", document177, sizeof document177},
    {"com.atproto.sync.getHead", document178, sizeof document178},
    {"com.atproto.sync.getHostStatus", document179, sizeof document179},
    {"com.atproto.sync.getLatestCommit", document180, sizeof document180},
    {"com.atproto.sync.getRecord", document181, sizeof document181},
    {"com.atproto.sync.getRepo", document182, sizeof document182},
    {"com.atproto.sync.getRepoStatus", document183, sizeof document183},
    {"com.atproto.sync.listBlobs", document184, sizeof document184},
    {"com.atproto.sync.listHosts", document185, sizeof document185},
    {"com.atproto.sync.listRepos", document186, sizeof document186},
    {"com.atproto.sync.listReposByCollection", document187, sizeof document187},
    {"com.atproto.sync.notifyOfUpdate", document188, sizeof document188},
    {"com.atproto.sync.requestCrawl", document189, sizeof document189},
    {"com.atproto.sync.subscribeRepos", document190, sizeof document190},
    {"com.atproto.temp.addReservedHandle", document191, sizeof document191},
    {"com.atproto.temp.checkHandleAvailability", document192, sizeof document192},
    {"com.atproto.temp.checkSignupQueue", document193, sizeof document193},
    {"com.atproto.temp.dereferenceScope", document194, sizeof document194},
    {"com.atproto.temp.fetchLabels", document195, sizeof document195},
    {"com.atproto.temp.requestPhoneVerification", document196, sizeof document196},
    {"com.atproto.temp.revokeAccountCredentials", document197, sizeof document197},
    {"dev.lexgen.index.countRecords", document198, sizeof document198},
    {"dev.lexgen.index.defs", document199, sizeof document199},
    {"dev.lexgen.index.getStatus", document200, sizeof document200},
    {"dev.lexgen.index.queryRecords", document201, sizeof document201},
    {"dev.lexgen.index.searchRecords", document202, sizeof document202},
    {"dev.lexgen.index.subscribeRecords", document203, sizeof document203},
    {"tools.ozone.moderation.defs", document204, sizeof document204},
    {"tools.ozone.moderation.emitEvent", document205, sizeof document205},
    {"tools.ozone.moderation.getEvent", document206, sizeof document206},
    {"tools.ozone.moderation.getRecord", document207, sizeof document207},
    {"tools.ozone.moderation.getRepo", document208, sizeof document208},
    {"tools.ozone.moderation.queryEvents", document209, sizeof document209},
    {"tools.ozone.moderation.queryStatuses", document210, sizeof document210},
    {"tools.ozone.server.getConfig", document211, sizeof document211},
    {"tools.ozone.team.addMember", document212, sizeof document212},
    {"tools.ozone.team.defs", document213, sizeof document213},
    {"tools.ozone.team.deleteMember", document214, sizeof document214},
    {"tools.ozone.team.listMembers", document215, sizeof document215},
    {"tools.ozone.team.updateMember", document216, sizeof document216},
};

size_t lexgen_document_count(void) { return sizeof documents / sizeof documents[0]; }

lexgen_document lexgen_document_at(size_t index) { return documents[index]; }
