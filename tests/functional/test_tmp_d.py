import pytest

from tests.functional.test_routes import *

pytestmark = pytest.mark.django_db
for name in list(globals()):
    if name.startswith("test_"):
        del globals()[name]
ROUTES=[r for r in all_routes() if "/request" in r.pattern or False]
def test_mine(scene):
    assert len(ROUTES)>10, [r.pattern for r in all_routes()][:20]
    found=[];n=0
    for name in ("clerk0","unitviewer0","stranger","viewer","administrator"):
        who=person(name,scene);client=client_of(who)
        for route in ROUTES:
            for address in addresses(route):
                r=client.get(address);n+=1
                assert r.status_code<500
                found+=[(name,address,l) for l in leaks(body(r),who.secrets)]
                if route.name.endswith("_changelist"):
                    for l in LOOKUPS: assert client.get(f"{address}?{l}").status_code in (302,400,403), (name, address)
                    for secret in who.secrets:
                        q=client.get(address,{"q":secret}); assert q.status_code!=200
        before=digest(who.outside)
        for route in [r for r in ROUTES if "delete" not in r.name and "history" not in r.name]:
            for address in addresses(route):
                for extra in ({}, {"action":"accept"}, {"action":"close"},{"action":"answer","text":"x"},{"action":"withdraw"}):
                    r=client.post(address,TAMPERED|extra); assert r.status_code<500
                    found+=[(name,address,l) for l in leaks(body(r),who.secrets)]
        assert digest(who.outside)==before or name=="administrator", name
        after=digest(who.outside)
        assert [m for m in before if before[m]!=after[m]]==[], name
    print("addresses", n)
    assert found==[]
