#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "platform/service/initialise.hpp"
#include "platform/service/services.hpp"
#include "storage/blobs/disk_blob_store.hpp"
#include "storage/sql_store.hpp"
#include "tests/support/server_world.hpp"
#include "tests/unit/storage/temporary.hpp"

namespace rogatory::tests {

// The use cases over the real storage in a directory of their own, with a clock that is turned.
struct ServerFixture {
    TemporaryDirectory directory;
    TurnedClock clock;
    ThrowingEmergency emergency;
    storage::Layout layout{directory.path() / "data", {}};
    service::Settings settings;
    std::unique_ptr<storage::SqlStore> store;
    std::unique_ptr<storage::DiskBlobStore> blobs;
    std::unique_ptr<service::Services> services;
    std::string administrator_code;
    std::unique_ptr<ServerWorld> world;

    explicit ServerFixture(service::Settings given = {}) : settings{std::move(given)} {
        if (!storage::create_storage(layout, clock, emergency)) throw std::runtime_error{"create_storage"};
        open_storage();
        administrator_code = service::initialise(*store, clock, "test.example").value().administrator_code;
        open_services();
    }
    void open_storage() {
        store = storage::SqlStore::open(layout, clock, emergency).value();
        blobs = std::make_unique<storage::DiskBlobStore>(layout.blobs(), emergency);
    }
    void open_services() {
        services = service::Services::open(*store, *blobs, clock, settings).value();
        if (world) {
            world->use(*services);
        } else {
            world = std::make_unique<ServerWorld>(*services, clock, [this] { clock.pass(31); });
        }
    }
    void restart() {
        services.reset();
        blobs.reset();
        store.reset();
        open_storage();
        open_services();
    }
    // Whose mail goes out now, in order; the mail server took it.
    std::vector<std::string> mailed() {
        constexpr std::size_t kMost = 10;
        std::vector<std::string> addresses;
        while (services->notices.take_up()) {
        }
        for (const auto& notice : services->notices.due(kMost)) {
            addresses.push_back(notice.address);
            services->notices.told(notice.account);
        }
        std::ranges::sort(addresses);
        return addresses;
    }
    // Which of these Parties' machines are to be told now.
    std::vector<service::UntoldParty> untold(const std::vector<std::string>& codes) {
        while (services->party_news.take_up(codes)) {
        }
        return services->party_news.untold(codes);
    }
};

// An administrator, two Parties with an officer each beside the founder.
struct PeopledFixture : ServerFixture {
    explicit PeopledFixture(service::Settings given = {}) : ServerFixture{std::move(given)} {
        world->sign_in(*admin);
        world->append(*senegal,
                      world->sign(*senegal, senegal->register_chain,
                                  record::Pinned{model::PartyCode::parse("FRA").value(), world->ref(*france).party,
                                                 record::PinSource::note_verbale, false}));
        world->append(*france,
                      world->sign(*france, france->register_chain,
                                  record::Pinned{model::PartyCode::parse("SEN").value(), world->ref(*senegal).party,
                                                 record::PinSource::note_verbale, false}));
    }
    OfficialPtr admin = world->administrator(administrator_code);
    OfficialPtr senegal = world->found(*admin, "SEN");
    OfficialPtr france = world->found(*admin, "FRA");
};

}  // namespace rogatory::tests
