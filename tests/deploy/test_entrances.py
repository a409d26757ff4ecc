"""Who may reach what: the two entrances, and what the network lets through."""

from urllib.parse import urlsplit

import pytest

from tests.deploy.house_parts import PORT, SERVICES
from tests.deploy.manifests import OVERLAYS, Manifest, of_kind, paths_of, pods, render, selected
from tests.deploy.paths import Paths, read_paths

PATHS = read_paths()
overlays = pytest.mark.parametrize("overlay", OVERLAYS)


def entrance(overlay: str, name: str) -> Paths:
    """What an entrance does with paths, as the same kind of table that deploy/paths.toml is read as."""
    services: dict[str, tuple[str, ...]] = {}
    for path, service in paths_of(of_kind(render(overlay), "Ingress")[name]):
        services[service] = (*services.get(service, ()), path)
    return Paths(services, (), ())


@overlays
def test_officers_reach_every_route_where_it_is_and_nothing_that_is_closed(overlay, alone):
    officers = entrance(overlay, "officers")
    for name, service in alone.items():
        assert {officers.owner(route.path) for route in service.routes} == {name}
    assert {officers.owner(path) for path in PATHS.closed} == {"closed"}
    assert {officers.owner(path) for path in ("/static", "/language", "/openapi.json")} == {"intake"}


@overlays
def test_citizens_reach_what_is_for_them_and_nothing_else(overlay, alone):
    citizens = entrance(overlay, "citizens")
    for service in alone.values():
        for route in service.routes:
            assert citizens.owner(route.path) == ("closed" if PATHS.is_inside(route.path) else "intake"), route.path
    assert {citizens.owner(path) for path in PATHS.closed} == {"closed"}
    assert citizens.services.keys() == {"intake", "closed"}


@overlays
def test_every_entrance_leads_to_services_that_there_are(overlay):
    manifests = render(overlay)
    services = of_kind(manifests, "Service")
    for ingress in of_kind(manifests, "Ingress").values():
        assert {service for _, service in paths_of(ingress)} <= services.keys()
    assert services["closed"]["spec"] == {"ports": [{"name": "http", "port": PORT}]}, "nobody stands behind it"


@pytest.mark.parametrize("overlay", OVERLAYS[1:])
def test_the_address_in_letters_is_that_of_the_citizens_entrance(overlay):
    manifests = render(overlay)
    ((_, config),) = of_kind(manifests, "ConfigMap").items()
    ingresses = of_kind(manifests, "Ingress")
    address = urlsplit(config["data"]["HUIYING_PUBLIC_URL"])
    assert address.hostname == ingresses["citizens"]["spec"]["rules"][0]["host"]
    assert address.hostname != ingresses["officers"]["spec"]["rules"][0]["host"]
    assert config["data"]["HUIYING_TRUSTED_PROXIES"]
    for ingress in ingresses.values():
        hosts = [host for tls in ingress["spec"].get("tls", ()) for host in tls["hosts"]]
        assert hosts == ([ingress["spec"]["rules"][0]["host"]] if overlay == "overlays/production" else [])
        assert ingress["metadata"]["annotations"]["nginx.ingress.kubernetes.io/proxy-body-size"] == "65m"


def test_in_production_the_two_entrances_are_different_ones():
    ingresses = of_kind(render("overlays/production"), "Ingress")
    assert {name: one["spec"]["ingressClassName"] for name, one in ingresses.items()} == {"citizens": "public", "officers": "internal"}


def opened(manifests: tuple[Manifest, ...], way: str) -> dict[str, list[tuple[str, list[Manifest]]]]:
    """By pod what is let in ("ingress") or out ("egress"): from or to which namespaces (by label, "" for everywhere), on which ports."""
    rules: dict[str, list[tuple[str, list[Manifest]]]] = {name: [] for name in pods(manifests)}
    for policy in of_kind(manifests, "NetworkPolicy").values():
        for rule in policy["spec"].get(way, ()):
            others = rule.get("from" if way == "ingress" else "to", [{}])
            for other in others:
                assert other.keys() <= {"namespaceSelector"}
                (label,) = other.get("namespaceSelector", {}).get("matchLabels", {"": ""})
                for name in selected(manifests, policy["spec"]["podSelector"]):
                    rules[name].append((label, rule["ports"]))
    return rules


@overlays
def test_every_policy_is_about_pods_that_there_are(overlay):
    manifests = render(overlay)
    for name, policy in of_kind(manifests, "NetworkPolicy").items():
        assert selected(manifests, policy["spec"]["podSelector"]), name
        assert {way.lower() for way in policy["spec"]["policyTypes"]} >= policy["spec"].keys() & {"ingress", "egress"}


@overlays
def test_what_is_not_allowed_is_forbidden(overlay):
    policy = of_kind(render(overlay), "NetworkPolicy")["nothing"]["spec"]
    assert policy == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


@overlays
def test_citizens_are_let_in_to_intake_alone(overlay):
    way_in = opened(render(overlay), "ingress")
    callers = {name: {label for label, _ in rules} for name, rules in way_in.items()}
    officers = {"huiying/internal", "huiying/monitoring"}
    assert callers == dict.fromkeys((*SERVICES, "prepare"), officers) | {"intake": officers | {"huiying/public"}}
    assert all(ports == [{"protocol": "TCP", "port": "http"}] for rules in way_in.values() for _, ports in rules)


@overlays
def test_everybody_reaches_names_log_and_store_and_only_intake_more(overlay):
    out = opened(render(overlay), "egress")
    numbers = {name: {port["port"] for _, ports in rules for port in ports} for name, rules in out.items()}
    common = {53, 9092, 27017}
    assert numbers == dict.fromkeys((*SERVICES, "prepare"), common) | {"intake": common | {25, 465, 587, 143, 993, 443, 3310}}
