// The form of a town: a click on the site's own map fills in the coordinates, which can be typed as well.
document.addEventListener("DOMContentLoaded", () => {
  const latitude = document.querySelector("#id_latitude"), longitude = document.querySelector("#id_longitude");
  if (!latitude?.dataset.map || !longitude) return;

  // Lambert's azimuthal equal-area projection and its inverse, as in twinning/map.py; degrees and map units.
  const { sin, cos, asin, atan2, hypot, sqrt, PI } = Math;
  const rad = PI / 180, [phi0, lambda0] = JSON.parse(latitude.dataset.centre).map((degrees) => degrees * rad), units = 6371 / 5;
  const project = (phi, delta) => {
    const k = sqrt(2 / (1 + sin(phi0) * sin(phi) + cos(phi0) * cos(phi) * cos(delta)));
    return [units * k * cos(phi) * sin(delta), -units * k * (cos(phi0) * sin(phi) - sin(phi0) * cos(phi) * cos(delta))];
  };
  const locate = (x, y) => {
    const [east, north] = [x / units, -y / units], rho = hypot(east, north) || 1e-9, c = 2 * asin(rho / 2);
    const phi = asin(cos(c) * sin(phi0) + (north * sin(c) * cos(phi0)) / rho);
    return [phi / rad, (lambda0 + atan2(east * sin(c), rho * cos(phi0) * cos(c) - north * sin(phi0) * sin(c))) / rad];
  };

  const make = (name, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const whole = [-600, -500, 1200, 1000];
  const svg = make("svg", { class: "place-map", "aria-hidden": "true" });
  const mark = make("circle", { class: "mark" });
  svg.append(make("image", { href: latitude.dataset.map, x: -600, y: -500, width: 1200, height: 1000 }), mark);
  const help = document.createElement("p"), back = document.createElement("button");
  help.className = "help";
  help.textContent = latitude.dataset.mapHelp;
  back.type = "button";
  back.className = "button";
  back.textContent = latitude.dataset.mapWhole;

  const number = (input) => parseFloat(input.value.replace(",", "."));
  const show = (box) => {
    svg.setAttribute("viewBox", box.join(" "));
    back.hidden = box === whole;
    mark.setAttribute("r", box[2] / 60);
  };
  const put = () => {
    const [phi, lambda] = [number(latitude) * rad, number(longitude) * rad];
    const isPlace = Number.isFinite(phi) && Number.isFinite(lambda);
    mark.setAttribute("visibility", isPlace ? "visible" : "hidden");
    const [x, y] = isPlace ? project(phi, lambda - lambda0) : [0, 0];
    mark.setAttribute("cx", x);
    mark.setAttribute("cy", y);
    show(isPlace ? [x - 90, y - 75, 180, 150] : whole);
  };
  svg.addEventListener("click", ({ clientX, clientY }) => {
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
    [latitude.value, longitude.value] = locate(x, y).map((degrees) => degrees.toFixed(3).replace(".", ","));
    latitude.dispatchEvent(new Event("input", { bubbles: true }));
  });
  back.addEventListener("click", () => show(whole));
  for (const input of [latitude, longitude]) input.addEventListener("input", put);
  longitude.closest(".form-row").after(svg, help, back);
  put();
});
