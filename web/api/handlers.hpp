#pragma once

#include "platform/service/services.hpp"
#include "web/api/routes.hpp"
#include "web/http/router.hpp"

// One function a route: decode, one service call, encode. A handler that wants to decide something misses a service.
namespace rogatory::api {

using http::Context;
using http::Request;
using http::Response;
using service::Services;

// Of what several routes take, in bytes.
inline constexpr std::size_t kMaxUserName = 64;
inline constexpr std::size_t kMaxChallenge = 256;
inline constexpr std::size_t kMaxBundle = 1024 * 1024;

// session_handlers.cpp
Response server(Services&, const Request&, const Context&);
Response sign_in_challenge(Services&, const Request&, const Context&);
Response sign_in(Services&, const Request&, const Context&);
Response step_up(Services&, const Request&, const Context&);
Response sign_out(Services&, const Request&, const Context&);
// csp_reports.cpp
Response csp_report(CspReports&, const Request&, const Context&);
// enrolment_handlers.cpp
Response redeem(Services&, const Request&, const Context&);
Response enrolment_totp(Services&, const Request&, const Context&);
Response enrolment_state(Services&, const Request&, const Context&);
Response enter_session(Services&, const Request&, const Context&);
Response enrol(Services&, const Request&, const Context&);
// account_handlers.cpp
Response me(Services&, const Request&, const Context&);
Response read_bundle(Services&, const Request&, const Context&);
Response write_bundle(Services&, const Request&, const Context&);
Response read_state(Services&, const Request&, const Context&);
Response write_state(Services&, const Request&, const Context&);
Response my_sessions(Services&, const Request&, const Context&);
Response end_my_session(Services&, const Request&, const Context&);
Response end_kit_attempt(Services&, const Request&, const Context&);
// passkey_handlers.cpp
Response my_passkeys(Services&, const Request&, const Context&);
Response add_passkey(Services&, const Request&, const Context&);
Response remove_passkey(Services&, const Request&, const Context&);
// notice_handlers.cpp
Response my_notices(Services&, const Request&, const Context&);
Response set_notices(Services&, const Request&, const Context&);
Response remove_notices(Services&, const Request&, const Context&);
// live_events.cpp
Response live_events(Services&, const std::shared_ptr<LiveEvents>&, const Request&, const Context&);
// record_handlers.cpp
Response parties(Services&, const Request&, const Context&);
Response chain(Services&, const Request&, const Context&);
Response blob(Services&, const Request&, const Context&);
Response attachment(Services&, const Request&, const Context&);
Response dossiers(Services&, const Request&, const Context&);
Response requests(Services&, const Request&, const Context&);
Response append(Services&, const Request&, const Context&);
Response invitations(Services&, const Request&, const Context&);
Response invite(Services&, const Request&, const Context&);
Response cancel_invitation(Services&, const Request&, const Context&);
Response begin_recovery(Services&, const Request&, const Context&);
Response recoveries(Services&, const Request&, const Context&);
Response kit_attempts(Services&, const Request&, const Context&);
// upload_handlers.cpp: tus 1.0
Response upload_options(const ApiSettings&, const Request&, const Context&);
http::StreamStart create_upload(Services&, const ApiSettings&, const Request&, const Context&);
Response upload_offset(Services&, const Request&, const Context&);
http::StreamStart upload_bytes(Services&, const Request&, const Context&);
Response end_upload(Services&, const Request&, const Context&);
// admin_handlers.cpp
Response admin_parties(Services&, const Request&, const Context&);
Response create_party(Services&, const Request&, const Context&);
Response invite_founder(Services&, const Request&, const Context&);
Response suspend_party(Services&, const Request&, const Context&);
Response resume_party(Services&, const Request&, const Context&);
Response set_quota(Services&, const Request&, const Context&);
Response lift_quota(Services&, const Request&, const Context&);
Response support(Services&, const Request&, const Context&);
Response suspend_account(Services&, const Request&, const Context&);
Response resume_account(Services&, const Request&, const Context&);
Response admin_sessions(Services&, const Request&, const Context&);
Response admin_end_session(Services&, const Request&, const Context&);
Response audit(Services&, const Request&, const Context&);
Response party_audit(Services&, const Request&, const Context&);
Response counts(Services&, const Request&, const Context&);
// repair_handlers.cpp
Response repair_status(Services&, const Request&, const Context&);
Response repair_entries(Services&, const Request&, const Context&);
Response repair_statements(Services&, const Request&, const Context&);
// log_handlers.cpp: C2SP tlog-tiles
Response checkpoint(Services&, const Request&, const Context&);
Response offer_checkpoint(Services&, const Request&, const Context&);
Response witnessed_checkpoint(Services&, const Request&, const Context&);
Response successor(Services&, const Request&, const Context&);
Response tile(Services&, const Request&, const Context&);

}  // namespace rogatory::api
